import type { Query } from '../database/sql.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { Patient, type sexes } from './patient.entity.ts'
import { normalisePhone } from './phone.ts'

export interface RegisterPatientInput {
  givenName: string
  familyName: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: (typeof sexes)[number]
  phone?: string | undefined
  /** Free text; encrypted at rest, readable by the care team and the patient. */
  history?: string | undefined
  /** The hospital's own number, if it has one already; else the next free one is given. */
  mrn?: string | undefined
}

/** Makes a patient's file with the hospital one acts in. @throws DomainError `mrn_taken` */
export async function registerPatient(ctx: Ctx, input: RegisterPatientInput): Promise<{ id: string; mrn: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'patient.register', { type: 'hospital' })
  const { keys } = ctx.db
  const phone = input.phone === undefined ? null : normalisePhone(input.phone)
  if (Date.parse(input.birthDate) > ctx.now().getTime()) throw invalid('birthDate', 'a day that is not in the future')
  return transact(ctx, async (tx) => {
    const id = ctx.newId()
    tx.em.create(Patient, {
      id,
      givenName: input.givenName,
      familyName: input.familyName,
      birthDate: input.birthDate,
      sex: input.sex,
      phoneCipher: phone === null ? null : keys.encrypt(phone, { table: 'patient', column: 'phone', id }),
      phoneIndex: phone === null ? null : keys.blindIndex('phone', phone),
      historyCipher:
        input.history === undefined ? null : keys.encrypt(input.history, { table: 'patient', column: 'history', id }),
      createdAt: ctx.now(),
    })
    // The file first: row-level security takes a patient from a hospital that has one.
    const mrn = await openFile(tx.sql, {
      id: ctx.newId(),
      hospitalId,
      patientId: id,
      mrn: input.mrn,
      at: ctx.now(),
      grantedBy: actorKey(ctx.actor),
    })
    await tx.em.flush()
    tx.audit({
      hospitalId,
      action: 'patient.register',
      resource: { type: 'patient', id },
      patientIds: [id],
      changed: Object.keys(input),
    })
    return { id, mrn }
  })
}

/**
 * Registers the patient under the number given, or the next one of the hospital that no registration has. A number
 * brought along in the same moment makes this one wait and take the one after.
 */
export async function openFile(
  sql: Query,
  {
    id,
    hospitalId,
    patientId,
    mrn,
    at,
    grantedBy,
  }: { id: string; hospitalId: string; patientId: string; mrn: string | undefined; at: Date; grantedBy: string },
): Promise<string> {
  for (;;) {
    const [file] = await sql<{ mrn: string }>({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at, granted_by) values ($1, $2, $3, $4, $5, $6)
             on conflict (hospital_id, mrn) do nothing returning mrn`,
      values: [id, hospitalId, patientId, mrn ?? (await nextMrn(sql, hospitalId)), at, grantedBy],
    })
    if (file) return file.mrn
    if (mrn !== undefined)
      throw new DomainError('mrn_taken', 'Another patient has this record number.', { field: 'mrn' })
  }
}

async function nextMrn(sql: Query, hospitalId: string): Promise<string> {
  const [row] = await sql<{ mrn: string }>({
    // Six digits, and as many as it takes after the first million.
    text: `update hospital set next_mrn = next_mrn + 1 where id = $1
         returning lpad((next_mrn - 1)::text, greatest(6, length((next_mrn - 1)::text)), '0') mrn`,
    values: [hospitalId],
  })
  if (!row) throw new Error('The hospital is gone.')
  return row.mrn
}

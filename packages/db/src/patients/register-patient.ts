import type { Query } from '../database/sql.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { assertBegunAt } from './birth-date.ts'
import { findDuplicates, type NewPerson } from './find-duplicates.ts'
import { agreementColumns, type ClinicalFields, type ContactFields, sealFields } from './patient-fields.ts'
import { Patient, type sexes } from './patient.entity.ts'

export interface RegisterPatientInput extends ContactFields, ClinicalFields {
  givenName: string
  familyName: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: (typeof sexes)[number]
  /** The hospital's own number, if it has one already; else the next free one is given. */
  mrn?: string | undefined
  /** Said after a look at the files that `possible_duplicate` named: this is somebody else. */
  confirmDistinct?: boolean | undefined
}

/**
 * Makes a patient's file with the hospital one acts in.
 *
 * @throws DomainError `mrn_taken`; `possible_duplicate` when the hospital seems to have a file of this person already
 */
export async function registerPatient(ctx: Ctx, input: RegisterPatientInput): Promise<{ id: string; mrn: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'patient.register', { type: 'hospital' })
  const { givenName, familyName, birthDate, sex, mrn: ownMrn, confirmDistinct = false } = input
  await assertBegunAt(ctx.sql, { hospitalId, birthDate, now: ctx.now() })
  return transact(ctx, async (tx) => {
    const id = ctx.newId()
    const sealed = sealFields(ctx.db.keys, id, input)
    // One registration of a hospital after the other, so that of two clerks with the same person one is warned.
    await tx.sql({
      text: `select pg_advisory_xact_lock(hashtextextended('registration:' || $1, 0))`,
      values: [hospitalId],
    })
    if (!confirmDistinct) {
      const { phoneIndex = null, emailIndex = null } = sealed
      await assertDistinct(ctx, tx.sql, { givenName, familyName, birthDate, phoneIndex, emailIndex })
    }
    const agreement = agreementColumns(input.agreesToWhatsApp, {
      holds: false,
      isNewNumber: false,
      recordedBy: actorKey(ctx.actor),
      at: ctx.now(),
    })
    tx.em.create(Patient, { id, givenName, familyName, birthDate, sex, ...sealed, ...agreement, createdAt: ctx.now() })
    // The file first: row-level security takes a patient from a hospital that has one.
    const mrn = await openFile(tx.sql, {
      id: ctx.newId(),
      hospitalId,
      patientId: id,
      mrn: ownMrn,
      at: ctx.now(),
      grantedBy: actorKey(ctx.actor),
    })
    await tx.em.flush()
    tx.audit({
      hospitalId,
      action: 'patient.register',
      resource: { type: 'patient', id },
      patientIds: [id],
      changed: Object.keys(input).filter((field) => field !== 'confirmDistinct'),
      detail: { confirmDistinct },
    })
    return { id, mrn }
  })
}

/** Looks among the files that the actor may list, so that a warning tells nobody of a patient they may not know of. */
async function assertDistinct(ctx: Ctx, sql: Query, person: NewPerson): Promise<void> {
  const access = await authorizeStaff(ctx, 'patient.list', { type: 'hospital' })
  const candidates = await findDuplicates(sql, access, person)
  if (candidates.length > 0) {
    throw new DomainError('possible_duplicate', 'There may be a file of this person already.', { candidates })
  }
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

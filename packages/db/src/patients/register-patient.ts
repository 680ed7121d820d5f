import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { Patient, Registration, type sexes } from './patient.entity.ts'
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
    await tx.em.flush()
    const mrn = input.mrn ?? (await nextMrn(tx.sql, hospitalId))
    tx.em.create(Registration, {
      id: ctx.newId(),
      hospitalId,
      patientId: id,
      mrn,
      createdAt: ctx.now(),
      removedAt: null,
    })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'registration_mrn_uq') {
        throw new DomainError('mrn_taken', 'Another patient has this record number.', { field: 'mrn' })
      }
      throw error
    }
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

type Sql = Parameters<Parameters<typeof transact>[1]>[0]['sql']

/** The next number of the hospital that no registration has, so that numbers brought along never collide with it. */
async function nextMrn(sql: Sql, hospitalId: string): Promise<string> {
  for (;;) {
    const [row] = await sql<{ mrn: string; free: boolean }>({
      text: `with next as (update hospital set next_mrn = next_mrn + 1 where id = $1 returning lpad((next_mrn - 1)::text, 6, '0') mrn)
             select mrn, not exists (select 1 from registration where hospital_id = $1 and registration.mrn = next.mrn) free from next`,
      values: [hospitalId],
    })
    if (!row) throw new Error('The hospital is gone.')
    if (row.free) return row.mrn
  }
}

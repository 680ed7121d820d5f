import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { forbidden, notFound } from '../kernel/errors.ts'
import { holdPerson } from '../patients/hold-file-open.ts'
import type { sexes } from '../patients/patient.entity.ts'
import { actorKey } from '../policy/actor.ts'
import { authorize } from '../policy/authorize.ts'
import { type AssessComplaint, type PatientComplaint, sealCheck, type SymptomComplaint } from './complaint.ts'
import { SymptomCheck } from './symptom-check.entity.ts'

const yearMs = 365.25 * 86_400_000

/**
 * Has a complaint assessed and keeps question and answer. Age and sex are the record's, not the asker's word. Nobody is
 * told: the answer is for whoever asked.
 *
 * @param assess what judges it, before anything is written
 */
export async function assessSymptoms(
  ctx: Ctx,
  { patientId, ...complaint }: SymptomComplaint & { patientId: string },
  assess: AssessComplaint,
) {
  const access = await authorize(ctx, 'symptom-check.assess', { type: 'patient', id: patientId })
  if (access.reach !== 'self') throw forbidden()
  const [patient] = await ctx.sql<{ birthDate: string; sex: (typeof sexes)[number] }>({
    name: 'symptom_check_patient',
    text: 'select birth_date "birthDate", sex from patient where id = $1',
    values: [patientId],
  })
  if (!patient) throw notFound('patient')
  const ageYears = Math.max(0, (ctx.now().getTime() - Date.parse(patient.birthDate)) / yearMs)
  const answer = await assess({ ...complaint, ageYears, sex: patient.sex, subject: subjectOf(ctx) })
  return transact(ctx, async (tx) => {
    await holdPerson(tx.sql, patientId)
    const id = ctx.newId()
    const { level, engine, version: engineVersion } = answer
    const line = { id, patientId, level, engine, engineVersion, askedBy: actorKey(ctx.actor) }
    tx.em.create(SymptomCheck, { ...line, ...sealCheck(ctx.db.keys, id, { complaint, answer }), createdAt: ctx.now() })
    tx.audit({
      hospitalId: null,
      action: 'symptom-check.assess',
      resource: { type: 'symptom-check', id },
      patientIds: [patientId],
      detail: { engine, engineVersion },
    })
    return { ...line, createdAt: ctx.now().toISOString(), complaint, answer }
  })
}

/** "My son" is the patient, where a parent asks. */
function subjectOf({ actor }: Ctx): PatientComplaint['subject'] {
  const capacity = actor.kind === 'user' ? actor.capacity : null
  if (capacity?.as !== 'patient' || capacity.relation === 'self') return 'self'
  return capacity.relation === 'parent' ? 'child' : 'other'
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { assessSymptoms } from './assess-symptoms.ts'
import type { PatientComplaint, SymptomAnswer } from './complaint.ts'
import { getSymptomCheck, listSymptomChecks } from './read-symptom-checks.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const first = { after: null, limit: 50 }
const text = 'Chest pain since this morning'
const answer: SymptomAnswer = {
  engine: 'rules',
  version: 'test-1',
  level: 'emergency',
  flags: [
    {
      level: 'emergency',
      rule: 'triage/chest-pain',
      reason: 'possible heart attack',
      source: 'NHS',
      evidence: [{ text: 'Chest pain', start: 0, end: 10 }],
    },
  ],
  advice: ['Call your local emergency number now.'],
  setAside: [],
  notUnderstood: [],
}

/** Rules that answer always the same, and remember what they were asked. */
function rules() {
  const asked: PatientComplaint[] = []
  const assess = async (complaint: PatientComplaint) => {
    asked.push(complaint)
    return answer
  }
  return { asked, assess }
}

async function patient(relation: 'self' | 'parent' | 'spouse' = 'self') {
  const { patientId } = await hospital.admit()
  const { actor } = await patientLogin(hospital, { patientId, relation })
  return { patientId, actor, as: () => hospital.as(actor) }
}

describe('a complaint', () => {
  it('is judged by the age and sex of the record, kept with its answer, and unreadable in the database', async () => {
    const { patientId, as } = await patient()
    const { asked, assess } = rules()
    const made = await assessSymptoms(as(), { patientId, text, severity: 7 }, assess)
    expect(asked).toMatchObject([{ text, severity: 7, sex: 'female', subject: 'self' }])
    expect(Math.floor(asked[0]?.ageYears ?? 0)).toBe(60)
    const read = await getSymptomCheck(hospital.as(hospital.doctor), { patientId, checkId: made.id })
    expect(read).toEqual(made)
    expect(read).toMatchObject({ level: 'emergency', complaint: { text, severity: 7 }, answer })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select c::text || encode(complaint_cipher, 'escape') || encode(answer_cipher, 'escape') "text"
               from symptom_check c where id = $1`,
      values: [made.id],
    })
    expect(row?.text).not.toMatch(/chest/i)
  })

  it('of a child is told in a parent’s words; who only looks on asks nothing', async () => {
    const parent = await patient('parent')
    const { asked, assess } = rules()
    await assessSymptoms(parent.as(), { patientId: parent.patientId, text }, assess)
    expect(asked).toMatchObject([{ subject: 'child' }])
    const spouse = await patient('spouse')
    await expect(assessSymptoms(spouse.as(), { patientId: spouse.patientId, text }, assess)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(asked).toHaveLength(1)
  })

  it('changes nothing of the record', async () => {
    const { patientId, as } = await patient()
    const before = await hospital.db.sql({ text: 'select * from patient where id = $1', values: [patientId] })
    await assessSymptoms(as(), { patientId, text }, rules().assess)
    expect(await hospital.db.sql({ text: 'select * from patient where id = $1', values: [patientId] })).toEqual(before)
    expect(
      await hospital.db.sql({ text: 'select 1 from clinical_entry where patient_id = $1', values: [patientId] }),
    ).toEqual([])
  })

  it('that the rules cannot answer leaves nothing behind', async () => {
    const { patientId, as } = await patient()
    const fail = async () => Promise.reject(new Error('no answer'))
    await expect(assessSymptoms(as(), { patientId, text }, fail)).rejects.toThrow('no answer')
    expect((await listSymptomChecks(as(), { patientId, ...first })).items).toEqual([])
  })
})

describe('a check', () => {
  it('is read by the patient and the care team, and by nobody else', async () => {
    const { patientId, as } = await patient()
    const { id: checkId } = await assessSymptoms(as(), { patientId, text }, rules().assess)
    for (const reader of [as(), hospital.as(hospital.nurse), hospital.as(hospital.doctor)]) {
      expect((await listSymptomChecks(reader, { patientId, ...first })).items).toMatchObject([{ id: checkId }])
    }
    const other = await patient()
    const absent = { code: 'not_found' }
    for (const stranger of [other.as(), hospital.as(await hospital.hire('doctor'))]) {
      await expect(getSymptomCheck(stranger, { patientId, checkId })).rejects.toMatchObject(absent)
      await expect(listSymptomChecks(stranger, { patientId, ...first })).rejects.toMatchObject(absent)
    }
    // Under another patient's id it is not there either.
    await expect(getSymptomCheck(other.as(), { patientId: other.patientId, checkId })).rejects.toMatchObject(absent)
    await expect(getSymptomCheck(hospital.as(hospital.admin), { patientId, checkId })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(
      assessSymptoms(hospital.as(hospital.doctor), { patientId, text }, rules().assess),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is not changed or taken out by whoever may read it, whatever SQL they send', async () => {
    const { patientId, as } = await patient()
    const { id } = await assessSymptoms(as(), { patientId, text }, rules().assess)
    for (const statement of [
      `update symptom_check set level = 'self-care' where id = $1`,
      'delete from symptom_check where id = $1',
    ]) {
      for (const ctx of [as(), hospital.as(hospital.doctor)]) {
        const touched = await ctx.sql({ text: `${statement} returning 1`, values: [id] }).catch(() => [])
        expect(touched).toEqual([])
      }
    }
    expect((await listSymptomChecks(as(), { patientId, ...first })).items).toMatchObject([{ level: 'emergency' }])
  })

  it('comes in pages, the newest first', async () => {
    const { patientId, as } = await patient()
    const made: string[] = []
    for (let i = 0; i < 5; i++) made.push((await assessSymptoms(as(), { patientId, text }, rules().assess)).id)
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listSymptomChecks>> = await listSymptomChecks(as(), {
        patientId,
        after,
        limit: 2,
      })
      seen.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(seen).toEqual(made.toReversed())
  })
})

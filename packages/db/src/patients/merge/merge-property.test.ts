import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { membershipOf, type TestHospital, testHospital } from '../../../test/hospital.ts'
import { openPatientLogin } from '../../../test/patient-login.ts'
import { send } from '../../../test/readings.ts'
import { booked, inHours } from '../../../test/visits.ts'
import { admitPatient } from '../../admissions/admit-patient.ts'
import { dischargePatient } from '../../admissions/discharge-patient.ts'
import { setThreshold } from '../../alarms/threshold-verbs.ts'
import { assignCareTeam } from '../../care-team/care-team.ts'
import { openCase } from '../../cases/open-case.ts'
import { addEntry } from '../../clinical-lists/add-entry.ts'
import { recordVisit } from '../../visits/record-visit.ts'
import { updateVisit } from '../../visits/update-visit.ts'
import { registerPatient } from '../register-patient.ts'
import { mergePatients } from './merge-patients.ts'
import { unmergePatients } from './unmerge-patients.ts'
import { invitePatientLogin } from '../../../test/invite.ts'

describe('a merge undone', () => {
  it('is the identity, whatever the two files hold', async () => {
    await using house = await testHospital()
    const colleagues = [house.nurse, house.doctor, await house.hire('nurse')].map(membershipOf)
    const doctors = [house.doctor, await house.hire('doctor')]
    let round = 0
    const deeds = {
      stay: async (patientId: string) => {
        await admitPatient(house.as(house.admin), { patientId, wardId: house.wardId })
        await send(house, [{ patientId, values: { heartRate: 200 } }])
        await dischargePatient(house.as(house.admin), { patientId })
        house.clock.advance(10)
      },
      team: async (patientId: string, pick: number) => {
        const membershipId = colleagues[pick % colleagues.length] ?? ''
        await assignCareTeam(house.as(house.admin), { membershipId, charge: { patientId } }).catch(ignoreConflict)
      },
      login: async (patientId: string, pick: number) => {
        const email = `login${pick % 3}@example.org`
        const { token } = await invitePatientLogin(house.as(house.admin), { patientId, email, relation: 'other' })
        await openPatientLogin(house, { token, patientId, email }).catch(ignoreConflict)
      },
      limit: async (patientId: string, pick: number) => {
        house.clock.advance(10)
        await assignCareTeam(house.as(house.admin), {
          membershipId: membershipOf(house.doctor),
          charge: { patientId },
        }).catch(ignoreConflict)
        await setThreshold(house.as(house.doctor), {
          patientId,
          parameter: pick % 2 === 0 ? 'heartRate' : 'spo2',
          level: 'warning',
          low: 80 + pick,
          high: null,
          exitMargin: 1,
          dwellSeconds: 5,
        })
      },
      // Now and then both files are expected at the same time, and are not merged.
      appointment: async (patientId: string, pick: number) => {
        const [doctor = house.doctor] = doctors.slice(pick % 2)
        const startsAt = inHours(house, round * 10 + Math.floor(pick / 2))
        await booked(house, { doctor, patientId, startsAt, minutes: 60 }).catch(ignoreConflict)
      },
      line: async (patientId: string) => {
        await assignCareTeam(house.as(house.admin), {
          membershipId: membershipOf(house.doctor),
          charge: { patientId },
        }).catch(ignoreConflict)
        await addEntry(house.as(house.doctor), { patientId, kind: 'allergy', name: 'Latex' })
      },
      visit: async (patientId: string, pick: number) => {
        await assignCareTeam(house.as(house.admin), {
          membershipId: membershipOf(house.doctor),
          charge: { patientId },
        }).catch(ignoreConflict)
        const as = house.as(house.doctor)
        const { id: caseId } = await openCase(as, { patientId, title: 'Knee', kind: 'acute' })
        const visit = { patientId, kind: 'home', chiefComplaint: 'Knee', internalNote: 'Among us' } as const
        const { id: visitId } = await recordVisit(as, pick % 2 === 0 ? { ...visit, caseId } : visit)
        await updateVisit(as, { visitId, version: 1, plan: 'Rest' })
      },
    }
    const deed = fc.record({
      what: fc.constantFrom(...(Object.keys(deeds) as (keyof typeof deeds)[])),
      isSurvivors: fc.boolean(),
      pick: fc.nat({ max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 8 }), fc.boolean(), async (story, isAdmitted) => {
        round += 1
        const ids: string[] = []
        for (const familyName of ['Eins', 'Zwei']) {
          const { id } = await registerPatient(house.as(house.admin), {
            givenName: 'Maria',
            familyName,
            birthDate: '1966-03-14',
            sex: 'female',
            confirmDistinct: true,
          })
          ids.push(id)
        }
        const [patientId = '', mergedId = ''] = ids
        for (const { what, isSurvivors, pick } of story) await deeds[what](isSurvivors ? patientId : mergedId, pick)
        if (isAdmitted) await admitPatient(house.as(house.admin), { patientId, wardId: house.wardId })
        const before = await contents(house)
        const isClash = await areBothExpected(house, ids)
        const merging = mergePatients(house.as(house.admin), {
          patientId,
          mergedId,
          reason: 'Registered twice at night',
        })
        const merged: { mergeId?: string; code?: string } = await merging.catch((error: { code: string }) => error)
        expect(merged.code).toBe(isClash ? 'merge_refused' : undefined)
        const during = await contents(house)
        expect(isDeepStrictEqual(during, before)).toBe(isClash)
        const { mergeId } = merged
        if (mergeId !== undefined) await unmergePatients(house.as(house.admin), { mergeId, reason: 'Two people' })
        expect(await contents(house)).toEqual(before)
        if (isAdmitted) await dischargePatient(house.as(house.admin), { patientId })
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})

/** Asked by hand, of any two. */
async function areBothExpected({ db }: TestHospital, patientIds: readonly string[]): Promise<boolean> {
  const spans = await db.sql<{ patientId: string; startsAt: string; endsAt: string }>({
    text: `select patient_id "patientId", starts_at "startsAt", ends_at "endsAt" from appointment where patient_id = any($1)`,
    values: [patientIds],
  })
  return spans.some((a) =>
    spans.some((b) => a.patientId !== b.patientId && a.startsAt < b.endsAt && b.startsAt < a.endsAt),
  )
}

function ignoreConflict(error: unknown): void {
  if (!['conflict', 'slot_taken'].includes((error as { code?: string }).code ?? '')) throw error
}

/** Everything in the database but what records the merges themselves. */
async function contents({ db }: TestHospital): Promise<Record<string, string[]>> {
  const tables = await db.sql<{ name: string }>({
    text: `select c.relname name from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and c.relname not in ('patient_merge', 'patient_merge_row', 'audit_entry', 'audit_chain', 'session', 'migration')
            order by 1`,
  })
  const found: Record<string, string[]> = {}
  for (const { name } of tables) {
    found[name] = (await db.sql<{ row: string }>({ text: `select t::text as row from ${name} t order by 1` })).map(
      ({ row }) => row,
    )
  }
  return found
}

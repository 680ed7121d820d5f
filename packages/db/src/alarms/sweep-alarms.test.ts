import { describe, expect, it, vi } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { send } from '../../test/readings.ts'
import { openDatabase } from '../database/open-database.ts'
import { systemActor } from '../policy/actor.ts'
import { verifyChain } from '../audit/verify-chain.ts'
import type { VitalValues } from '../vitals/parameters.ts'
import { WATCHED_SILENCE_MS } from './evaluate-silence.ts'
import { type AlarmFilter, listAlarms } from './alarms.ts'
import { raiseEmergency } from './raise-emergency.ts'
import { acknowledgeAlarm, snoozeAlarm } from './respond-to-alarm.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'
import { sweepAlarms } from './sweep-alarms.ts'

const sweep = (hospital: TestHospital) => sweepAlarms(hospital.as(systemActor('alarms')))
const open: AlarmFilter = { patientId: null, openOnly: true, since: null, after: null, limit: 500 }
const rules = async (hospital: TestHospital) =>
  (await listAlarms(hospital.as(hospital.nurse), open)).items.map(({ rule, status }) => `${rule} ${status}`).sort()

/** Time goes by a second at a time, with a sweep each, as on a server. */
async function pass(hospital: TestHospital, seconds: number) {
  const total = { escalated: 0, repeated: 0 }
  for (let second = 0; second < seconds; second++) {
    hospital.clock.advance(1)
    const { escalated, repeated } = await sweep(hospital)
    total.escalated += escalated
    total.repeated += repeated
  }
  return total
}

describe('the sweep', () => {
  it('repeats an emergency until somebody answers, and escalates it once', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    const { id: alarmId } = await raiseEmergency(hospital.as(hospital.nurse), { patientId })
    expect(await pass(hospital, 59)).toEqual({ escalated: 0, repeated: 3 })
    expect(await rules(hospital)).toEqual(['manual:emergency raised'])
    expect(await pass(hospital, 1)).toMatchObject({ escalated: 1 })
    expect(await rules(hospital)).toEqual(['manual:emergency escalated'])
    expect(await pass(hospital, 30)).toEqual({ escalated: 0, repeated: 2 })
    await acknowledgeAlarm(hospital.as(hospital.nurse), { alarmId })
    expect(await pass(hospital, 70)).toEqual({ escalated: 0, repeated: 0 })
    const entries = await hospital.db.sql({
      text: `select action, actor from audit_entry where resource_id = $1 and action = 'alarm.escalated'`,
      values: [alarmId],
    })
    expect(entries).toEqual([{ action: 'alarm.escalated', actor: 'system:alarms' }])
    expect(await verifyChain(hospital.db.sql, hospital.db.keys, hospital.hospitalId)).toMatchObject({ intact: true })
  })

  it('leaves a snoozed alarm alone until the snooze is over', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    for (let second = 0; second < 4; second++) {
      hospital.clock.advance(5)
      await send(hospital, [{ patientId, values: { heartRate: 135 } }])
    }
    const [alarm] = (await listAlarms(hospital.as(hospital.nurse), open)).items
    await snoozeAlarm(hospital.as(hospital.nurse), { alarmId: alarm?.id ?? '', minutes: 2 })
    hospital.clock.advance(119)
    expect(await sweep(hospital)).toMatchObject({ escalated: 0, repeated: 0 })
    hospital.clock.advance(2)
    expect(await sweep(hospital)).toMatchObject({ repeated: 1 })
  })

  it('misses a monitor that falls silent, and finds it again when it speaks', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    await send(hospital, [{ patientId, values: { heartRate: 72, spo2: 97 } }])
    hospital.clock.advance(80)
    await sweep(hospital)
    expect(await rules(hospital)).toEqual([])
    hospital.clock.advance(20)
    await sweep(hospital)
    expect(await rules(hospital)).toEqual(['missing:monitor raised'])
    await send(hospital, [{ patientId, values: { heartRate: 72, spo2: 97 } }])
    expect(await rules(hospital)).toEqual([])
  })

  it('misses one sensor that falls silent while the others go on, and finds it again', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    const goOn = async (seconds: number, values: VitalValues) => {
      for (let second = 0; second < seconds; second += 5) {
        await send(hospital, [{ patientId, values }])
        await pass(hospital, 5)
      }
    }
    await send(hospital, [{ patientId, values: { heartRate: 72, spo2: 97 } }])
    // An asystole: monitors send zero for what they cannot measure.
    await goOn(90, { heartRate: 0, spo2: 97 })
    expect(await rules(hospital)).toEqual([])
    await goOn(5, { heartRate: 0, spo2: 97 })
    expect(await rules(hospital)).toEqual(['missing:heartRate raised'])
    await send(hospital, [{ patientId, values: { heartRate: 72, spo2: 97 } }])
    expect(await rules(hospital)).toEqual([])
  })

  it('misses a monitor that sends nothing but zeros', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    await send(hospital, [{ patientId, values: { heartRate: 72, spo2: 97 } }])
    for (let second = 0; second < 95; second += 5) {
      await send(hospital, [{ patientId, values: { heartRate: 0, spo2: 0 } }])
      await pass(hospital, 5)
    }
    expect(await rules(hospital)).toEqual(['missing:monitor raised'])
  })

  it('looks at what is silent before any silence is an alarm', () => {
    const shortest = Math.min(...DEFAULT_ALARM_SETTINGS.missingData.map(({ afterSeconds }) => afterSeconds))
    expect(WATCHED_SILENCE_MS * 2).toBeLessThanOrEqual(shortest * 1000)
  })

  it('does not miss a patient whose values are charted by hand', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    await send(hospital, [{ patientId, values: { heartRate: 72 } }], hospital.nurse)
    hospital.clock.advance(3_600)
    expect(await sweep(hospital)).toMatchObject({ monitors: 0 })
    expect(await rules(hospital)).toEqual([])
  })

  it('is done by one of several processes at once', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    await raiseEmergency(hospital.as(hospital.nurse), { patientId })
    hospital.clock.advance(20)
    const second = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 2 })
    try {
      const ctx = hospital.as(systemActor('alarms'))
      const swept = await Promise.all([ctx, { ...ctx, db: second }, ctx, { ...ctx, db: second }].map(sweepAlarms))
      expect(swept.reduce((sum, { repeated }) => sum + repeated, 0)).toBe(1)
    } finally {
      await second.close()
    }
  })

  it('holds no monitor while it waits for a hospital’s limits, which readings that wait for the monitor may hold up', async () => {
    await using hospital = await testHospital()
    const { patientId } = await hospital.admit()
    await send(hospital, [{ patientId, values: { heartRate: 72 } }])
    hospital.clock.advance(100)
    const { rules: book, sql } = hospital.db
    const lookUp = book.of.bind(book)
    const asked = vi.spyOn(book, 'of').mockImplementation(async (hospitalId) => {
      const free = 'select 1 from patient_monitor where patient_id = $1 for update nowait'
      await sql({ text: free, values: [patientId] })
      return lookUp(hospitalId)
    })
    expect(await sweep(hospital)).toMatchObject({ monitors: 1 })
    expect(asked).toHaveBeenCalled()
  })

  it('reaches every monitor of a house of thousands, and tells more hospitals than one notification holds', async () => {
    await using hospital = await testHospital()
    await hospital.admit()
    const { sql } = hospital.db
    // 150 hospitals with 15 silent monitors each, copied from one that is real.
    await sql({
      text: `insert into hospital (id, name, time_zone, created_at)
             select gen_random_uuid(), 'Copy ' || n, 'UTC', now() from generate_series(1, 150) n`,
    })
    await sql({
      text: `insert into patient (id, given_name, family_name, birth_date, sex, created_at)
             select gen_random_uuid(), 'Copy', 'Copy', '1966-03-14', 'female', now() from generate_series(1, 2250)`,
    })
    await sql({
      text: `insert into patient_monitor (patient_id, hospital_id, admission_id, ward_id, active, monitoring, birth_date, state, received_at)
             select p.id, h.id, m.admission_id, m.ward_id, true, 'continuous', p.birth_date,
                    '{"latest": {}, "tracks": {}, "trends": {}, "heardAt": ' || (extract(epoch from $1::timestamptz) * 1000 - 95000)::bigint || '}',
                    $1::timestamptz - interval '95 seconds'
               from (select id, birth_date, row_number() over () - 1 n from patient where given_name = 'Copy') p
               join (select id, row_number() over () - 1 n from hospital where name like 'Copy %') h on h.n = p.n % 150
               cross join (select * from patient_monitor limit 1) m`,
      values: [hospital.clock.now],
    })
    expect(await sweep(hospital)).toMatchObject({ monitors: 2_250 })
    const alarms = await sql({ text: `select count(*)::int n from alarm where rule = 'missing:monitor'` })
    expect(alarms).toEqual([{ n: 2_250 }])
  })
})

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { FakeWard } from '../../test/fake-ward.ts'
import { virtualClock } from '../../test/virtual-clock.ts'
import { BedsideError } from '../bedside.ts'
import { parseMap } from './layouts/mapped.ts'
import { placeRecording } from './placement.ts'
import { readRecording, type Recording } from './recording.ts'
import { runReplay } from './run-replay.ts'

const fixture = (name: string) => join(import.meta.dirname, '../../test/fixtures', `${name}.csv`)
const read = (file: string, map = new Map<string, string>()) => readRecording([file], { map, max: Infinity })
const valuesOf = (recording: Recording) => recording.readings.map(({ reading }) => reading.values)

async function replay(recording: Recording, patients = 3) {
  const ward = new FakeWard(patients)
  const clock = virtualClock()
  const done = await runReplay({
    bedside: ward,
    patients: ward.patients,
    recording,
    speed: 0,
    keepTimes: false,
    batch: 500,
    lanes: 2,
    clock,
  })
  return { ward, clock, outcomes: done.outcomes }
}

test('physionet wide: arterial pressure before cuff, oxygen and consciousness from FiO2 and GCS, every bad row has a reason', async () => {
  const recording = await read(fixture('physionet-wide'))
  expect(recording.layouts[0]?.layout).toBe('physionet2012 wide')
  expect(valuesOf(recording)).toEqual([
    { heartRate: 73, respiration: 19, temperature: 35.1, systolic: 147, diastolic: 65, consciousness: 'A' },
    {
      heartRate: 0,
      respiration: 19,
      temperature: 35.6,
      spo2: 97,
      systolic: 120,
      diastolic: 60,
      supplementalOxygen: true,
      consciousness: 'C',
    },
    { heartRate: 91, respiration: 20, temperature: 36.9, systolic: 0, diastolic: 0, consciousness: 'U' },
  ])
  expect(Object.fromEntries(recording.refused)).toEqual({
    'no vital sign in the row': 1,
    'a value is no number': 1,
    'row shorter than the header': 1,
    'no patient or stay': 1,
    'time is unreadable': 1,
    'row longer than the header': 1,
  })
  const { outcomes } = await replay(recording)
  expect(outcomes).toMatchObject({
    stored: 2,
    flagged: 1,
    duplicate: 0,
    refused: 6,
    unacknowledged: 0,
    total: recording.rows,
  })
})

test('physionet long: rows of one minute become one reading, two instruments are never mixed', async () => {
  const recording = await read(fixture('physionet-long'))
  expect(valuesOf(recording)).toEqual([
    { diastolic: 60, consciousness: 'A', heartRate: 73, systolic: 120 },
    { heartRate: 77 },
  ])
  expect(recording.readings.map(({ rows }) => rows)).toEqual([4, 1])
  expect(Object.fromEntries(recording.refused)).toEqual({
    'not a vital sign': 2,
    'measured twice in one minute': 2,
    'time is unreadable': 1,
  })
  expect((await replay(recording)).outcomes).toMatchObject({ stored: 5, refused: 5, total: 10 })
})

test('mimic numerics: cuff where the artery reads 0, pulse where the ECG is silent, zeros are sent as written', async () => {
  const recording = await read(fixture('mimic'))
  expect(valuesOf(recording)).toEqual([
    { heartRate: 62.8, respiration: 23, spo2: 0, systolic: 118, diastolic: 71 },
    { heartRate: 61, respiration: 12.7, spo2: 98.2 },
  ])
  expect(recording.readings[0]?.reading.time).toEqual({ kind: 'absolute', ms: Date.parse('2896-10-10T00:31:25Z') })
  expect((await replay(recording)).outcomes).toMatchObject({ stored: 1, flagged: 1, refused: 1, total: 3 })
})

test('eicu: oxygen in percent, charted words where no coma score is given', async () => {
  const recording = await read(fixture('eicu'))
  expect(valuesOf(recording)[0]).toMatchObject({ spo2: 90, supplementalOxygen: true, consciousness: 'A' })
  expect(valuesOf(recording)[1]).toEqual({ supplementalOxygen: false, consciousness: 'U' })
  expect(recording.rows).toBe(3)
})

test('a map names the columns of any other file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'))
  try {
    const file = join(folder, 'ward.csv.gz')
    await writeFile(file, gzipSync('who,when,pulse,acvpu\nA,2026-01-01T00:00:00Z,70,v\nB,nonsense,71,A\n'))
    const map = parseMap('patient=who,time=when,heartRate=pulse,consciousness=acvpu')
    const recording = await read(file, map)
    expect(valuesOf(recording)).toEqual([{ heartRate: 70, consciousness: 'V' }])
    expect(recording.refused.get('time is unreadable')).toBe(1)
    await expect(read(file)).rejects.toThrow('none of the known layouts')
    await expect(read(file, parseMap('time=when,spo2=SATS'))).rejects.toThrow('no column SATS')
    expect(() => parseMap('pulse=HR')).toThrow('"pulse=HR" is none')
    expect(() => parseMap('heartRate=HR')).toThrow('where the time stands')
    const broken = join(folder, 'broken.csv.gz')
    await writeFile(broken, gzipSync('a,b\n').subarray(0, 12))
    await expect(read(broken)).rejects.toThrow('broken.csv.gz cannot be read')
  } finally {
    await rm(folder, { recursive: true })
  }
  await expect(read('missing.csv')).rejects.toThrow('missing.csv cannot be read (ENOENT)')
})

test('each stay ends now on a patient of its own; with too few patients stays follow each other', async () => {
  const recording = await read(fixture('physionet-wide'))
  const now = Date.UTC(2026, 10, 22)
  const { patients } = new FakeWard(2)
  const apart = placeRecording(recording, { patients, endsAt: now, keepTimes: false })
  expect(apart.map(({ place, reading }) => [place, now - reading.at])).toEqual([
    [0, 30 * 60_000],
    [0, 0],
    [1, 0],
  ])
  const together = placeRecording(recording, { patients: patients.slice(0, 1), endsAt: now, keepTimes: false })
  expect(together.map(({ reading }) => now - reading.at)).toEqual([31 * 60_000, 30 * 60_000, 0])
  expect(() => placeRecording(recording, { patients, endsAt: now, keepTimes: true })).toThrow('--keep-times')
  const clocked = placeRecording(await read(fixture('mimic')), { patients, endsAt: now, keepTimes: true })
  expect(clocked[0]?.reading.at).toBe(Date.parse('2896-10-10T00:31:25Z'))
})

test('replayed twice with the same times, every row is a duplicate the second time', async () => {
  const recording = await read(fixture('mimic'))
  const ward = new FakeWard(1)
  const again = { bedside: ward, patients: ward.patients, recording, speed: 0, keepTimes: true, batch: 1, lanes: 1 }
  await runReplay({ ...again, clock: virtualClock() })
  const { outcomes } = await runReplay({ ...again, clock: virtualClock() })
  expect(outcomes).toMatchObject({ stored: 0, duplicate: 2, refused: 1, total: 3 })
})

test('at speed 60 an hour takes a minute; stopped midway, the rest is accounted for as not sent', async () => {
  const recording = await read(fixture('physionet-wide'))
  const ward = new FakeWard(2)
  const clock = virtualClock()
  const startedAt = clock.now()
  const options = { bedside: ward, patients: ward.patients, recording, keepTimes: false, batch: 10, lanes: 1, clock }
  await runReplay({ ...options, speed: 60 })
  expect((clock.now() - startedAt) / 1000).toBeCloseTo(30, 0)
  const stop = AbortSignal.abort()
  const stopped = await runReplay({ ...options, speed: 60, signal: stop })
  expect(stopped.outcomes).toMatchObject({ stored: 0, unacknowledged: 3, total: 9 })
})

test('a batch the server refuses as a whole is accounted for row by row', async () => {
  const recording = await read(fixture('mimic'))
  const ward = new FakeWard(1)
  ward.failures.push(new BedsideError('no', { code: 'PAYLOAD_TOO_LARGE', retryable: false }))
  const { patients } = ward
  const run = {
    bedside: ward,
    patients,
    recording,
    speed: 0,
    keepTimes: true,
    batch: 10,
    lanes: 1,
    clock: virtualClock(),
  }
  const { outcomes } = await runReplay(run)
  expect(outcomes.reasons.get('refused: PAYLOAD_TOO_LARGE')).toBe(2)
  expect(outcomes.total).toBe(recording.rows)
})

const shared = join(
  process.env['CHARTWIRE_SHARED'] ?? join(import.meta.dirname, '../../../../../shared'),
  'data/vitals',
)
const isShared = existsSync(shared)
if (!isShared) process.stderr.write(`SKIPPED: real recordings are not at ${shared}\n`)

test.runIf(isShared).each([
  ['physionet2012/vitals_wide.csv', 17_541, 300],
  ['physionet2012/observations.csv.gz', 128_585, 300],
  ['mimic3wdb_numerics/s00001_block0.csv', 242, 1],
  ['mimic3wdb_numerics/s25047_block0.csv', 36, 1],
  ['eicu_demo/vitals_wide.csv', 108, 75],
])('%s: every row is accounted for', async (file, rows, stays) => {
  const recording = await read(join(shared, file))
  expect(recording.rows).toBe(rows)
  expect(new Set(recording.readings.map(({ reading }) => reading.stay)).size).toBe(stays)
  const { outcomes } = await replay(recording, 300)
  expect(outcomes.total).toBe(rows)
  expect(outcomes.unacknowledged).toBe(0)
  expect(outcomes.stored).toBeGreaterThan(0)
  const spoilt = outcomes.reasons.get('refused here: a value is no number') ?? 0
  expect(spoilt).toBe(0)
})

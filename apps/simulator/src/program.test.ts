import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeWard } from '../test/fake-ward.ts'
import { virtualClock } from '../test/virtual-clock.ts'
import { BedsideError } from './bedside.ts'
import { openDisplay } from './display/live-view.ts'
import { runProgram } from './program.ts'

/** Runs a command line against a fake ward; tells what was printed, written and answered. */
async function simulate(line: string, ward = new FakeWard(6)) {
  const clock = virtualClock()
  const files: Record<string, string> = {}
  let printed = ''
  let code: number | undefined
  await runProgram(line.split(' '), {
    clock,
    display: openDisplay({ write: (text) => (printed += text) }, () => clock.now()),
    stop: new AbortController().signal,
    findConnection: ({ url, token }) => Promise.resolve({ url: url ?? 'http://test', token }),
    connect: () => Promise.resolve(ward),
    writeFile: (path, content) => {
      files[path] = content
      return Promise.resolve()
    },
    exit: (given) => (code = given),
  })
  return { ward, printed, files, code }
}

const fixture = join(import.meta.dirname, '../test/fixtures/physionet-wide.csv')

test.each(['--help', 'stream --help', 'replay --help', 'watch --help', 'load --help'])(
  '%s explains the exit codes',
  async (line) => {
    const { printed, code } = await simulate(line)
    expect(printed).toContain('Exit codes: 0 done')
    expect(code).toBe(0)
  },
)

test('stream: reports rate, efficiency and the alarms against the labels, and keeps the results without the token', async () => {
  const line = 'stream --patients 2 --rate 4 --duration 60 --speed 400 --scenario sepsis --token hidden --json out.json'
  const { printed, files, code, ward } = await simulate(line)
  expect(code).toBe(0)
  expect(printed).toContain('Streaming 2 patients (sepsis, seed 1) at 4 readings/s')
  expect(printed).toMatch(/efficiency +100\.0 %/)
  expect(printed).toMatch(/sensitivity +100\.0 %/)
  expect(printed).toMatch(/false alarms per patient-day +\d/)
  const results: unknown = JSON.parse(files['out.json'] ?? '')
  expect(results).toMatchObject({
    acknowledgements: { stored: 240 },
    accuracy: { episodes: 2 },
    episodes: [{ scenario: 'sepsis' }, {}],
  })
  expect(files['out.json']).not.toContain('hidden')
  expect(ward.isClosed).toBe(true)
})

test('stream --start-id chooses later patients, and says when there are too few', async () => {
  const { ward } = await simulate('stream --patients 2 --start-id 5 --duration 2')
  expect(new Set(ward.readings.map(({ patientId }) => patientId))).toEqual(
    new Set(ward.patients.slice(4).map(({ id }) => id)),
  )
  const { printed, code } = await simulate('stream --patients 5 --start-id 5 --duration 2')
  expect(printed).toContain('needs 9 patients; this login sees 6')
  expect(code).toBe(2)
})

test('stream: readings that were never acknowledged make the exit code 1, a refused login 3', async () => {
  const gone = new FakeWard(5)
  for (let failure = 0; failure < 500; failure++)
    gone.failures.push(new BedsideError('gone', { code: 'UNREACHABLE', retryable: true }))
  const lost = await simulate('stream --duration 2', gone)
  expect(lost.printed).toMatch(/never acknowledged +10/)
  expect(lost.code).toBe(1)
  const refused = new FakeWard(5)
  refused.failures.push(new BedsideError('the login is not valid', { code: 'UNAUTHORIZED', retryable: false }))
  expect(await simulate('stream --duration 2', refused)).toMatchObject({ code: 3 })
})

test('replay: prints where every row went and why', async () => {
  const { printed, files, code } = await simulate(`replay ${fixture} --json out.json`)
  expect(code).toBe(0)
  expect(printed).toContain('Replaying 3 readings of 2 stays on 2 patients')
  expect(printed).toContain('Every one of 9 rows')
  expect(printed).toMatch(/refused here: row shorter than the header +1/)
  expect(JSON.parse(files['out.json'] ?? '')).toMatchObject({
    rows: 9,
    accountedFor: 9,
    outcomes: { stored: 2, flagged: 1, refused: 6 },
  })
})

test('watch: reports latency and loss', async () => {
  const { printed, code } = await simulate('watch --watchers 3 --duration 5')
  expect(printed).toContain('3 watchers on 1 ward(s)')
  expect(printed).toMatch(/lost +0/)
  expect(code).toBe(0)
})

test.each([
  ['stream --rate 0', "option '--rate <n>'"],
  ['stream --rate x', "option '--rate <n>'"],
  ['stream --patients 1.5', 'whole number'],
  ['stream --batch 5001', '1 to 5000'],
  ['stream --scenario plague', 'Allowed choices'],
  ['stream --start-at soon', '2026-11-22T08:00:00Z'],
  ['stream --patients 1 --rate 5000', 'raise --patients'],
  ['replay missing.csv', 'missing.csv cannot be read'],
  [`replay ${fixture} --map heartRate=HR`, 'where the time stands'],
  [`replay ${fixture} --keep-times`, '--keep-times'],
  ['load --procedure a --slo p99', '--slo wants'],
  ['load --procedure a --input {', 'must be JSON'],
  ['load --procedure a --rate 1 --concurrency 1', 'exclude each other'],
  ['stream --journal /nowhere/at/all', '/nowhere/at/all cannot be written (ENOENT)'],
  ['unknown', 'unknown command'],
])('%s is refused with the reason', async (line, reason) => {
  const { printed, code } = await simulate(line)
  expect(printed).toContain(reason)
  expect(code).toBe(2)
})

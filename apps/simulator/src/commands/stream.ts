import { type Command, Option } from 'commander'
import { type Bedside, BedsideError, type BedsidePatient } from '../bedside.ts'
import { count, milliseconds, percent } from '../display/wording.ts'
import { type AlarmAccuracy, judgeAlarms } from '../evaluation/alarm-accuracy.ts'
import { EXIT, EXIT_HELP, UsageError } from '../exit-code.ts'
import { SCENARIO_NAMES, type ScenarioName } from '../scenarios/catalogue.ts'
import { openJournal } from '../sending/journal.ts'
import { runStream, type StreamFigures, type StreamOutcome } from '../stream/run-stream.ts'
import { choosePatients, type Environment, keepResults, type ResultOptions } from './environment.ts'
import { instant, numberIn } from './option-values.ts'

interface StreamCommandOptions extends ResultOptions {
  rate: number
  patients: number
  startId: number
  duration: number
  scenario: ScenarioName
  seed: number
  speed: number
  batch: number
  lanes: number
  startAt?: number
  journal?: string
}

export function addStreamCommand(program: Command, environment: Environment): void {
  program
    .command('stream')
    .description('stream synthetic patients, and judge the alarms that the server raised')
    .option('--rate <n>', 'readings/s of all patients together', numberIn({ min: 0.001, max: 1_000_000 }), 5)
    .option('--patients <n>', 'number of patients', numberIn({ min: 1, max: 100_000, whole: true }), 5)
    .option('--start-id <n>', 'index of the first patient', numberIn({ min: 1, max: 1_000_000, whole: true }), 1)
    .option('--duration <s>', 'seconds to stream, 0 until stopped', numberIn({ min: 0, max: Infinity }), 0)
    .addOption(new Option('--scenario <name>', 'what happens').choices(SCENARIO_NAMES).default('stable'))
    .option('--seed <n>', 'same seed, same patients', numberIn({ min: 0, max: 2 ** 48, whole: true }), 1)
    .option(
      '--speed <n>',
      'simulated seconds per second; above 1 it starts in the past',
      numberIn({ min: 0.001, max: 1e6 }),
      1,
    )
    .option('--batch <n>', 'most readings in a request', numberIn({ min: 1, max: 5000, whole: true }), 1000)
    .option('--lanes <n>', 'requests on their way at once', numberIn({ min: 1, max: 64, whole: true }), 2)
    .option('--start-at <time>', 'simulated start, for runs that repeat exactly', instant)
    .option('--journal <file>', 'append every answered reading: patient, source time, status')
    .option('--url <url>', 'server')
    .option('--token <token>', 'token of a gateway')
    .option('--json <file>', 'write the results there')
    .addHelpText('after', EXIT_HELP)
    .action((options: StreamCommandOptions) => stream(options, environment))
}

async function stream(options: StreamCommandOptions, environment: Environment): Promise<void> {
  const { display } = environment
  const intervalMs = (options.patients * 1000 * options.speed) / options.rate
  if (intervalMs < 1) {
    throw new UsageError('--rate gives a patient several readings in one millisecond of source time: raise --patients')
  }
  const journal = options.journal === undefined ? undefined : openJournal(options.journal)
  const bedside = await environment.connect(await environment.findConnection(options))
  try {
    const patients = await choosePatients(bedside, { startId: options.startId, wanted: options.patients })
    display.line(
      `Streaming ${options.patients} patients (${options.scenario}, seed ${options.seed}) at ${count(options.rate)} readings/s`,
    )
    const outcome = await runStream({
      ...options,
      bedside,
      patients,
      durationS: options.duration,
      clock: environment.clock,
      signal: environment.stop,
      simulatedStart: options.startAt,
      onSettled: (readings, result) => journal?.note(readings, result),
      onFigures: (figures) => display.figures(() => figureRows(figures, options.rate)),
    })
    reportSending(outcome, environment)
    const accuracy = await judge(outcome, { bedside, patients, environment })
    if (accuracy !== undefined) display.table('Alarms against ground truth', accuracyRows(accuracy))
    await keepResults(environment, options.json, {
      options: { ...options, token: undefined },
      ...summarise(outcome),
      accuracy,
    })
    environment.exit(outcome.acknowledgements.unacknowledged > 0 ? EXIT.missed : EXIT.ok)
  } finally {
    await bedside.close()
    journal?.close()
  }
}

/** Nothing to judge without episodes; what was sent is reported even when the alarms cannot be had. */
async function judge(
  outcome: StreamOutcome,
  run: { bedside: Bedside; patients: readonly BedsidePatient[]; environment: Environment },
): Promise<AlarmAccuracy | undefined> {
  if (outcome.episodes.length === 0) return undefined
  try {
    const alarms = await run.bedside.alarmsSince(outcome.startedAt)
    return judgeAlarms({ ...outcome, alarms, patientIds: run.patients.map((patient) => patient.id) })
  } catch (error) {
    if (!(error instanceof BedsideError)) throw error
    run.environment.display.line(`The alarms could not be fetched, so none were judged: ${error.message}`)
    return undefined
  }
}

function figureRows({ elapsedS, generated, backlog, acknowledgements }: StreamFigures, target: number): string[][] {
  const rate = acknowledgements.acknowledged / elapsedS
  return [
    ['elapsed', `${elapsedS.toFixed(0)} s`],
    ['acknowledged', count(acknowledgements.acknowledged)],
    ['rate', `${count(rate)}/s of ${count(target)}/s`],
    ['waiting', count(backlog)],
    ['flagged', count(acknowledgements.flagged)],
    ['refused', count(acknowledgements.refused)],
    ['retries', count(acknowledgements.retries)],
    ['measured', count(generated)],
    ['p99', milliseconds(acknowledgements.roundTrip.at(99))],
  ]
}

function reportSending(outcome: StreamOutcome, { display }: Environment): void {
  const { acknowledgements } = outcome
  display.table(`Sent for ${outcome.elapsedS.toFixed(1)} s`, [
    ['stored', count(acknowledgements.stored)],
    ['flagged', count(acknowledgements.flagged)],
    ['duplicate', count(acknowledgements.duplicates)],
    ['refused', count(acknowledgements.refused)],
    ['never acknowledged', count(acknowledgements.unacknowledged)],
    ['rate', `${count(outcome.achievedRate)}/s of ${count(outcome.targetRate)}/s`],
    ['efficiency', percent(outcome.efficiency)],
    ['round trip p99', milliseconds(acknowledgements.roundTrip.at(99))],
  ])
  if (acknowledgements.reasons.size > 0) display.table('Reasons', reasonRows(acknowledgements.reasons))
}

/** Most frequent first. */
export function reasonRows(reasons: ReadonlyMap<string, number>): string[][] {
  return [...reasons].toSorted(([, one], [, other]) => other - one).map(([reason, rows]) => [reason, count(rows)])
}

function accuracyRows(accuracy: AlarmAccuracy): string[][] {
  const { timeToAlarm } = accuracy
  const seconds = (value: number | undefined) => (value === undefined ? 'none' : `${value.toFixed(1)} s`)
  return [
    ['episodes that should alarm', count(accuracy.episodes)],
    ['sensitivity', percent(accuracy.sensitivity)],
    ['sensitivity, critical', percent(accuracy.critical.sensitivity)],
    ['false alarms per patient-day', accuracy.falseAlarmsPerPatientDay.toFixed(2)],
    ['time to alarm, median', seconds(timeToAlarm?.median)],
    ['time to alarm, p90', seconds(timeToAlarm?.p90)],
  ]
}

function summarise({ acknowledgements, episodes, ...outcome }: StreamOutcome) {
  const { stored, duplicates, flagged, refused, unacknowledged, retries, batches, reasons, roundTrip } =
    acknowledgements
  return {
    ...outcome,
    acknowledgements: { stored, duplicates, flagged, refused, unacknowledged, retries, batches },
    reasons: Object.fromEntries(reasons),
    roundTrip: roundTrip.summarise(),
    episodes,
  }
}

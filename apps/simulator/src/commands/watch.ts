import type { Command } from 'commander'
import { BedsideError, type Bedside } from '../bedside.ts'
import { count, latencyRows, milliseconds } from '../display/wording.ts'
import { EXIT, EXIT_HELP, UsageError } from '../exit-code.ts'
import { runWatch, type Subject, type WatchFigures } from '../watch/run-watch.ts'
import { choosePatients, type Environment, keepResults, type ResultOptions } from './environment.ts'
import { numberIn } from './option-values.ts'

interface WatchCommandOptions extends ResultOptions {
  watchers: number
  ward: string[]
  patients?: number
  startId: number
  duration: number
}

export function addWatchCommand(program: Command, environment: Environment): void {
  program
    .command('watch')
    .description('subscribe as many screens do; measure bedside-to-screen latency and loss')
    .option('--watchers <n>', 'live subscribers', numberIn({ min: 1, max: 100_000, whole: true }), 10)
    .option('--ward <id...>', 'wards to watch (default: those of the patients)', [])
    .option(
      '--patients <n>',
      'watch this many patients one by one instead of wards',
      numberIn({ min: 1, max: 100_000, whole: true }),
    )
    .option('--start-id <n>', 'index of the first patient', numberIn({ min: 1, max: 1_000_000, whole: true }), 1)
    .option('--duration <s>', 'seconds to watch, 0 until stopped', numberIn({ min: 0, max: Infinity }), 0)
    .option('--url <url>', 'server')
    .option('--token <token>', 'token of a user who may see them')
    .option('--json <file>', 'write the results there')
    .addHelpText('after', EXIT_HELP)
    .action((options: WatchCommandOptions) => watch(options, environment))
}

async function watch(options: WatchCommandOptions, environment: Environment): Promise<void> {
  const { display } = environment
  const bedside = await environment.connect(await environment.findConnection(options))
  try {
    const subjects = await chooseSubjects(options, bedside)
    display.line(`${options.watchers} watchers on ${subjects.length} ${subjects[0]?.kind ?? 'ward'}(s)`)
    const outcome = await runWatch({
      bedside,
      subjects,
      watchers: options.watchers,
      durationS: options.duration,
      clock: environment.clock,
      signal: environment.stop,
      onFigures: (figures) => display.figures(() => figureRows(figures)),
    })
    const latency = outcome.latency.summarise()
    display.table('Bedside to screen', latencyRows(latency))
    display.table('Loss, watchers compared with each other', [
      ['readings', count(outcome.loss.readings)],
      ['expected arrivals', count(outcome.loss.expected)],
      ['lost', count(outcome.loss.lost)],
      ['repeated', count(outcome.loss.repeated)],
      ['after more than 10 s', count(outcome.loss.late)],
      ['streams resumed', count(outcome.resumed)],
      ...[...outcome.broken].map(([code, streams]) => [`streams broken: ${code}`, count(streams)]),
    ])
    const { latency: _, broken, ...figures } = outcome
    await keepResults(environment, options.json, { ...figures, broken: Object.fromEntries(broken), latencyMs: latency })
    if (outcome.broken.size > 0 && outcome.arrived === 0) {
      throw new BedsideError('no stream could be kept open', { code: [...broken.keys()].join(', '), retryable: false })
    }
    environment.exit(outcome.loss.lost > 0 || outcome.broken.size > 0 ? EXIT.missed : EXIT.ok)
  } finally {
    await bedside.close()
  }
}

async function chooseSubjects(options: WatchCommandOptions, bedside: Bedside): Promise<Subject[]> {
  if (options.ward.length > 0) return options.ward.map((id) => ({ kind: 'ward', id }))
  if (options.patients !== undefined) {
    const patients = await choosePatients(bedside, { startId: options.startId, wanted: options.patients })
    return patients.map(({ id }) => ({ kind: 'patient', id }))
  }
  const wards = new Set<string>()
  for (const { wardId } of await bedside.listPatients({ limit: 1000 })) if (wardId !== undefined) wards.add(wardId)
  if (wards.size === 0) throw new UsageError('--ward is needed: no patient that this login sees lies in a ward')
  return [...wards].map((id) => ({ kind: 'ward', id }))
}

function figureRows({ elapsedS, watchers, arrived, alarms, broken, latency }: WatchFigures): string[][] {
  return [
    ['elapsed', `${elapsedS.toFixed(0)} s`],
    ['watchers', count(watchers)],
    ['arrived', count(arrived)],
    ['rate', `${count(arrived / Math.max(elapsedS, 0.001))}/s`],
    ['alarms', count(alarms)],
    ['p50', milliseconds(latency.at(50))],
    ['p99', milliseconds(latency.at(99))],
    ['broken', count(broken.size)],
  ]
}

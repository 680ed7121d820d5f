import { renderLoadReport, type LoadReport } from '@chartwire/reports'
import { type Command, Option } from 'commander'
import { count, latencyRows, milliseconds, percent } from '../display/wording.ts'
import { EXIT, EXIT_HELP, UsageError } from '../exit-code.ts'
import { type LoadModel, runLoad } from '../load/run-load.ts'
import { parseServiceLevels } from '../load/slo.ts'
import { buildTarget, type LoadTarget } from '../load/target.ts'
import { type Environment, keepResults, type ResultOptions } from './environment.ts'
import { json, numberIn } from './option-values.ts'

interface LoadCommandOptions extends ResultOptions {
  procedure?: string
  mutation: boolean
  path?: string
  method?: LoadTarget['method']
  input?: unknown
  rate?: number
  concurrency?: number
  connections: number
  duration: number
  warmUp: number
  timeout: number
  slo?: string
  html?: string
}

export function addLoadCommand(program: Command, environment: Environment): void {
  program
    .command('load')
    .description('call one procedure or path under load and hold it to service levels')
    .option('--procedure <name>', 'tRPC procedure, as patients.list')
    .option('--mutation', 'the procedure changes something: call it by POST', false)
    .option('--path <path>', 'REST path, as /api/patients')
    .addOption(new Option('--method <method>', 'for --path').choices(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
    .option('--input <json>', 'input of the procedure or body of the call', json)
    .option('--rate <n>', 'open model: requests/s, whatever the server does', numberIn({ min: 0.001, max: 1e6 }))
    .option(
      '--concurrency <n>',
      'closed model: users that wait for their answers (default 10)',
      numberIn({ min: 1, max: 10_000, whole: true }),
    )
    .option('--connections <n>', 'open model: most connections', numberIn({ min: 1, max: 10_000, whole: true }), 100)
    .option('--duration <s>', 'seconds to measure', numberIn({ min: 0.1, max: 86_400 }), 10)
    .option('--warm-up <s>', 'seconds before that, not counted', numberIn({ min: 0, max: 3600 }), 2)
    .option('--timeout <ms>', 'longest wait for an answer', numberIn({ min: 1, max: 600_000 }), 10_000)
    .option('--slo <levels>', 'service levels, as p99<200ms,errors<0.1%,rate>=500/s')
    .option('--html <file>', 'write a report with charts there')
    .option('--url <url>', 'server')
    .option('--token <token>', 'bearer token')
    .option('--json <file>', 'write the results there')
    .addHelpText('after', EXIT_HELP)
    .action((options: LoadCommandOptions) => load(options, environment))
}

async function load(options: LoadCommandOptions, environment: Environment): Promise<void> {
  const { display } = environment
  const levels = options.slo === undefined ? [] : parseServiceLevels(options.slo)
  const model = chooseModel(options)
  const connection = await environment.findConnection(options)
  const target = buildTarget({ ...options, url: connection.url, token: connection.token })
  display.line(`${target.name} at ${target.origin}, ${model.kind} model`)
  const report = await runLoad({
    target,
    model,
    durationS: options.duration,
    warmUpS: options.warmUp,
    timeoutMs: options.timeout,
    levels,
    clock: environment.clock,
    signal: environment.stop,
    onFigures: ({ elapsedS, tally }) =>
      display.figures(() => [
        ['elapsed', `${elapsedS.toFixed(0)} s`],
        ['answers', count(tally.requests)],
        ['errors', count(tally.errors)],
        ['p50', milliseconds(tally.latency.at(50))],
        ['p99', milliseconds(tally.latency.at(99))],
      ]),
  })
  show(report, environment)
  await keepResults(environment, options.json, report)
  if (options.html !== undefined) {
    await environment.writeFile(options.html, renderLoadReport(report))
    display.line(`Report: ${options.html}`)
  }
  if (report.requests === 0 || Object.keys(report.outcomes).every((outcome) => !/^\d+$/.test(outcome))) {
    display.line(`No answer at all from ${target.origin}`)
    environment.exit(EXIT.server)
    return
  }
  environment.exit(report.serviceLevels.every((level) => level.isMet) ? EXIT.ok : EXIT.missed)
}

function chooseModel({ rate, concurrency, connections }: LoadCommandOptions): LoadModel {
  if (rate !== undefined && concurrency !== undefined) {
    throw new UsageError('--rate (open model) and --concurrency (closed model) exclude each other')
  }
  return rate === undefined ? { kind: 'closed', concurrency: concurrency ?? 10 } : { kind: 'open', rate, connections }
}

function show(report: LoadReport, { display }: Environment): void {
  display.table(`Measured for ${report.measuredS.toFixed(1)} s`, [
    ['answers', count(report.requests)],
    ['good answers/s', count(report.ratePerSecond)],
    ...(report.model.kind === 'open' ? [['of the asked rate', percent(report.achievedShare)]] : []),
    ['errors', percent(report.errorShare)],
  ])
  display.table('Latency from the time due', latencyRows(report.latencyMs))
  display.table(
    'Outcomes',
    Object.entries(report.outcomes).map(([outcome, answers]) => [outcome, count(answers)]),
  )
  if (report.serviceLevels.length > 0) {
    display.table(
      'Service levels',
      report.serviceLevels.map(({ text, isMet }) => [text, isMet ? 'met' : 'MISSED']),
    )
  }
}

import type { Command } from 'commander'
import { count } from '../display/wording.ts'
import { EXIT, EXIT_HELP } from '../exit-code.ts'
import { parseMap } from '../replay/layouts/mapped.ts'
import { readRecording } from '../replay/recording.ts'
import { type ReplayFigures, runReplay } from '../replay/run-replay.ts'
import { choosePatients, type Environment, keepResults, type ResultOptions } from './environment.ts'
import { numberIn } from './option-values.ts'
import { reasonRows } from './stream.ts'

interface ReplayCommandOptions extends ResultOptions {
  map?: string
  speed: number
  max: number
  keepTimes: boolean
  patients?: number
  startId: number
  batch: number
  lanes: number
}

export function addReplayCommand(program: Command, environment: Environment): void {
  program
    .command('replay')
    .description('send real recordings (CSV, also .csv.gz) and account for every row')
    .argument('<file...>', 'files; the layouts of physionet2012, mimic3wdb numerics and eICU are recognised')
    .option('--map <field=column,...>', 'which column holds what, as heartRate=HR,spo2=SpO2,time=when')
    .option(
      '--speed <n>',
      'recorded seconds per second, 0 as fast as the server takes it',
      numberIn({ min: 0, max: 1e9 }),
      0,
    )
    .option('--max <n>', 'most rows to read', numberIn({ min: 1, max: Infinity }), Infinity)
    .option('--keep-times', 'keep the recorded clock times instead of ending now', false)
    .option(
      '--patients <n>',
      'patients that take the stays (default: one for each stay, as many as there are)',
      numberIn({ min: 1, max: 100_000, whole: true }),
    )
    .option('--start-id <n>', 'index of the first patient', numberIn({ min: 1, max: 1_000_000, whole: true }), 1)
    .option('--batch <n>', 'most readings in a request', numberIn({ min: 1, max: 5000, whole: true }), 1000)
    .option('--lanes <n>', 'requests on their way at once', numberIn({ min: 1, max: 64, whole: true }), 2)
    .option('--url <url>', 'server')
    .option('--token <token>', 'token of a gateway')
    .option('--json <file>', 'write the results there')
    .addHelpText('after', EXIT_HELP)
    .action((files: string[], options: ReplayCommandOptions) => replay(files, { options, environment }))
}

async function replay(
  files: string[],
  { options, environment }: { options: ReplayCommandOptions; environment: Environment },
): Promise<void> {
  const { display } = environment
  const map = options.map === undefined ? new Map<string, string>() : parseMap(options.map)
  const recording = await readRecording(files, { map, max: options.max })
  for (const { file, layout } of recording.layouts) display.line(`${file}: ${layout}`)
  const stays = new Set(recording.readings.map(({ reading }) => reading.stay)).size
  const bedside = await environment.connect(await environment.findConnection(options))
  try {
    const patients = await patientsFor(stays, { options, bedside })
    display.line(
      `Replaying ${count(recording.readings.length)} readings of ${stays} stays on ${patients.length} patients`,
    )
    const done = await runReplay({
      ...options,
      bedside,
      patients,
      recording,
      clock: environment.clock,
      signal: environment.stop,
      onFigures: (figures) => display.figures(() => figureRows(figures)),
    })
    const { stored, flagged, duplicate, refused, unacknowledged, total, reasons } = done.outcomes
    display.table(`Every one of ${count(recording.rows)} rows`, [
      ['stored', count(stored)],
      ['flagged', count(flagged)],
      ['duplicate', count(duplicate)],
      ['refused', count(refused)],
      ['not sent or never acknowledged', count(unacknowledged)],
    ])
    if (reasons.size > 0) display.table('Reasons', reasonRows(reasons))
    await keepResults(environment, options.json, {
      files: recording.layouts,
      rows: recording.rows,
      accountedFor: total,
      stays,
      patients: patients.length,
      elapsedS: done.elapsedS,
      outcomes: { stored, flagged, duplicate, refused, unacknowledged },
      reasons: Object.fromEntries(reasons),
    })
    environment.exit(unacknowledged > 0 || total !== recording.rows ? EXIT.missed : EXIT.ok)
  } finally {
    await bedside.close()
  }
}

/** As many patients as asked for; otherwise one for each stay, or all there are. */
async function patientsFor(
  stays: number,
  { options, bedside }: { options: ReplayCommandOptions; bedside: Parameters<typeof choosePatients>[0] },
) {
  if (options.patients !== undefined) {
    return choosePatients(bedside, { startId: options.startId, wanted: options.patients })
  }
  const known = await bedside.listPatients({ limit: options.startId - 1 + Math.max(1, stays) })
  const available = Math.min(Math.max(1, stays), known.length - options.startId + 1)
  return choosePatients(bedside, { startId: options.startId, wanted: Math.max(1, available) })
}

function figureRows({ elapsedS, sent, of, backlog, outcomes }: ReplayFigures): string[][] {
  return [
    ['elapsed', `${elapsedS.toFixed(0)} s`],
    ['sent', `${count(sent)} of ${count(of)}`],
    ['waiting', count(backlog)],
    ['stored', count(outcomes.stored)],
    ['flagged', count(outcomes.flagged)],
    ['refused', count(outcomes.refused)],
  ]
}

import type { Bedside, BedsidePatient } from '../bedside.ts'
import type { Clock } from '../clock.ts'
import type { Connection, ConnectionOptions } from '../connection/connection.ts'
import type { Display } from '../display/live-view.ts'
import { UsageError } from '../exit-code.ts'

/** What a command needs from the world; tests put in a fake ward and a screen they can read. */
export interface Environment {
  clock: Clock
  display: Display
  /** Aborts on Ctrl-C. */
  stop: AbortSignal
  findConnection(options: ConnectionOptions): Promise<Connection>
  connect(connection: Connection): Promise<Bedside>
  writeFile(path: string, content: string): Promise<void>
  exit(code: number): void
}

export interface ResultOptions extends ConnectionOptions {
  json?: string
}

/** Writes the results where `--json` says. */
export async function keepResults(environment: Environment, file: string | undefined, results: unknown): Promise<void> {
  if (file === undefined) return
  await environment.writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`)
  environment.display.line(`Results: ${file}`)
}

/** The `wanted` patients from place `startId` (1 is the first). @throws UsageError when there are fewer. */
export async function choosePatients(
  bedside: Bedside,
  { startId, wanted }: { startId: number; wanted: number },
): Promise<BedsidePatient[]> {
  const known = await bedside.listPatients({ limit: startId - 1 + wanted })
  const chosen = known.slice(startId - 1, startId - 1 + wanted)
  if (chosen.length === wanted) return chosen
  throw new UsageError(
    `--patients ${wanted} from --start-id ${startId} needs ${startId - 1 + wanted} patients; this login sees ${known.length}`,
  )
}

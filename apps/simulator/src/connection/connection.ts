import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../exit-code.ts'

/** Where the server is and as whom to speak to it. */
export interface Connection {
  url: string
  /** Feeds readings: a gateway's. */
  token: string | undefined
  /** A login of the care team, for watching and for reading alarms; the token serves when there is none. */
  reader?: { email: string; password: string } | undefined
}

export interface ConnectionOptions {
  url?: string | undefined
  token?: string | undefined
}

interface DemoFile {
  url?: unknown
  gatewayToken?: unknown
  logins?: unknown
}

/**
 * Option, then environment (`CHARTWIRE_URL`, `CHARTWIRE_TOKEN`, and `CHARTWIRE_EMAIL` with `CHARTWIRE_PASSWORD` for
 * whoever watches), then what the demo server wrote to `.data/demo.json` (`gatewayToken`, `logins`), then the default
 * address without a login.
 * @throws UsageError when an address is none, or the file is no JSON.
 */
export async function findConnection(
  options: ConnectionOptions,
  surroundings: { env: NodeJS.ProcessEnv; root: string },
): Promise<Connection> {
  const { env } = surroundings
  const demo = await readDemo(join(surroundings.root, '.data', 'demo.json'))
  const url = options.url ?? env['CHARTWIRE_URL'] ?? text(demo.url) ?? DEFAULT_URL
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError('--url must be an address such as http://127.0.0.1:4000')
  }
  const token = options.token ?? env['CHARTWIRE_TOKEN']
  return {
    url: new URL(url).origin,
    token: token ?? text(demo.gatewayToken),
    // A token that was given speaks for itself; the demo's nurse goes with the demo's gateway.
    reader: readerOf(env) ?? (token === undefined ? demoNurse(demo) : undefined),
  }
}

function readerOf(env: NodeJS.ProcessEnv): Connection['reader'] {
  const { CHARTWIRE_EMAIL: email, CHARTWIRE_PASSWORD: password } = env
  return email && password ? { email, password } : undefined
}

function demoNurse({ logins }: DemoFile): Connection['reader'] {
  if (!Array.isArray(logins)) return undefined
  const nurse = (logins as { role?: unknown; email?: unknown; password?: unknown }[]).find(
    ({ role }) => role === 'nurse',
  )
  const [email, password] = [text(nurse?.email), text(nurse?.password)]
  return email !== undefined && password !== undefined ? { email, password } : undefined
}

async function readDemo(file: string): Promise<DemoFile> {
  let content: string
  try {
    content = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  try {
    const demo: unknown = JSON.parse(content)
    return typeof demo === 'object' && demo !== null ? demo : {}
  } catch (error) {
    throw new UsageError(`${file} is no JSON`, { cause: error })
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const DEFAULT_URL = 'http://127.0.0.1:4000'

import { z } from 'zod'

const flag = z.stringbool({ truthy: ['on', 'true', '1', 'yes'], falsy: ['off', 'false', '0', 'no'] })
const port = z.coerce.number().int().min(0).max(65_535)

/** Of any other scheme the origin is "null", which is what a sandboxed page of a stranger sends too. */
const webUrl = z.url({ protocol: /^https?$/ })

/**
 * Every setting of the server, with what it wants; `.env.example` and the README's table are made from this.
 * An empty value counts as not given.
 */
export const settingsSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('`production` refuses to start on generated secrets or with demo data.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  PORT: port.default(4000).describe('Port for everything: console, tRPC, WebSocket, REST, docs, metrics.'),
  PUBLIC_URL: webUrl.optional().describe('How browsers reach the server, when not by HOST and PORT.'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('A PostgreSQL 18 of your own. Without it one is run from npm binaries in the data folder.'),
  DATABASE_POOL: z.coerce
    .number()
    .int()
    .min(2)
    .max(100)
    .default(10)
    .describe('Connections for reads and ingest; the unit of work has as many again.'),
  CHARTWIRE_DATA: z.string().default('.data').describe('Data folder, from the project root.'),
  CHARTWIRE_DEMO: flag.default(true).describe('Seed a demo hospital once and stream simulated patients.'),
  CHARTWIRE_DEMO_PATIENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(20)
    .describe('How many simulated patients stream.'),
  CHARTWIRE_KEYS: z
    .string()
    .optional()
    .describe(
      'Key ring for field encryption, `<id>:<32 bytes in base64>,...`, newest first; `npm run -s chartwire -- keys generate` makes one.',
    ),
  CHARTWIRE_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((origin) => origin.trim() || []))
    .pipe(z.array(webUrl.transform((url) => new URL(url).origin)))
    .describe('Further origins whose pages may use the API, comma-separated.'),
  CHARTWIRE_RATE_LIMIT: z.coerce.number().int().min(1).default(60_000).describe('Requests a minute for one address.'),
  LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('How much is logged.'),
  LOG_FORMAT: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('`auto`: pretty on a terminal, JSON lines otherwise.'),
})
export type Settings = z.infer<typeof settingsSchema>

/** A setting that cannot be used; its message names the variable and what it wants, never its value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = settingsSchema.safeParse(given)
  if (result.success) {
    if (result.data.NODE_ENV === 'production') refuseDemoSecrets(result.data, given)
    return result.data
  }
  const lines = result.error.issues.map(({ path, message }) => {
    const [variable = ''] = path
    const wanted = settingsSchema.shape[variable as keyof Settings]?.description ?? ''
    return `${String(variable)}: ${message}. ${wanted}`
  })
  throw new SettingsError(lines.join('\n'))
}

function refuseDemoSecrets(settings: Settings, given: Readonly<Record<string, unknown>>): void {
  if (settings.CHARTWIRE_KEYS === undefined) {
    throw new SettingsError(
      'CHARTWIRE_KEYS: production needs a key ring of its own; make one with `npm run -s chartwire -- keys generate`.',
    )
  }
  if (given['CHARTWIRE_DEMO'] === undefined) settings.CHARTWIRE_DEMO = false
  if (settings.CHARTWIRE_DEMO) throw new SettingsError('CHARTWIRE_DEMO: must be off in production.')
}

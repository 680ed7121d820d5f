import { isIP } from 'node:net'
import { z } from 'zod'

const flag = z.stringbool({ truthy: ['on', 'true', '1', 'yes'], falsy: ['off', 'false', '0', 'no'] })
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

/** Of any other scheme the origin is "null", which is what a sandboxed page of a stranger sends too. */
const webUrl = z.url({ protocol: /^https?$/ })

/** A range that is everybody would let anybody choose their own address. */
function isProxyRange(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

/** `wants` ends the sentence "it must be ..."; `standard` is the default as a person would write it. */
interface SettingFacts {
  wants: string
  standard?: string
  description: string
}

/**
 * Every setting of the server, with what it wants; `.env.example` and the README's table are made from this.
 * An empty value counts as not given.
 */
export const settingsSchema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development').meta({
    wants: 'development, production or test',
    description: '`production` refuses to start on generated secrets or with demo data.',
  }),
  HOST: z
    .string()
    .default('127.0.0.1')
    .meta({ wants: 'an address or a host name', description: 'Address to listen on.' }),
  PORT: whole(0, 65_535).default(4000).meta({
    wants: 'a whole number from 0 to 65535',
    description: 'Port for everything: console, tRPC, WebSocket, REST, docs, metrics. 0 takes a free one.',
  }),
  PUBLIC_URL: webUrl.optional().meta({
    wants: 'an http or https address',
    description: 'How browsers reach the server, when not by HOST and PORT. With https, cookies are Secure.',
  }),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .meta({
      wants: 'an address such as postgresql://user:password@host/database',
      standard: 'embedded',
      description:
        'A PostgreSQL 18 of your own, as a user who owns the database and may make roles (CREATEROLE). Without it one is run from npm binaries in the data folder.',
    }),
  DATABASE_POOL: whole(2, 100).default(10).meta({
    wants: 'a whole number from 2 to 100',
    description:
      'Connections for reads and ingest; the unit of work has as many again, the system itself half as many.',
  }),
  CHARTWIRE_DATA: z.string().default('.data').meta({
    wants: 'a folder',
    description: 'Data folder, from the project root: embedded database, generated keys, demo logins.',
  }),
  CHARTWIRE_DEMO: flag.default(true).meta({
    wants: 'on or off',
    standard: 'on',
    description: 'Seed a demo hospital once and stream simulated patients. Off in production.',
  }),
  CHARTWIRE_DEMO_PATIENTS: whole(1, 200)
    .default(20)
    .meta({ wants: 'a whole number from 1 to 200', description: 'How many patients a new demo hospital gets.' }),
  CHARTWIRE_KEYS: z.string().optional().meta({
    wants: '<id>:<32 bytes in base64>, comma-separated, newest first',
    standard: 'generated',
    description:
      'Key ring of field encryption; `npm run -s chartwire -- keys generate` makes one. Without it one is kept in the data folder.',
  }),
  CHARTWIRE_KEYS_FILE: z.string().optional().meta({
    wants: 'a file that holds what CHARTWIRE_KEYS would, and CHARTWIRE_KEYS not given',
    standard: 'none',
    description: 'The key ring from a file instead, such as a mounted secret.',
  }),
  CHARTWIRE_ANCHORS: z.string().optional().meta({
    wants: 'a file',
    description:
      'Where the daily anchors of the audit log are appended, best on other storage than the database; in the data folder when not given.',
  }),
  CHARTWIRE_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((origin) => origin.trim() || []))
    .pipe(z.array(webUrl.transform((url) => new URL(url).origin)))
    .meta({
      wants: 'http or https addresses, comma-separated',
      standard: 'none',
      description: 'Further origins whose pages may use the API.',
    }),
  CHARTWIRE_RATE_LIMIT: whole(1, 1_000_000_000)
    .default(60_000)
    .meta({ wants: 'a whole number above 0', description: 'Requests a minute from one address.' }),
  CHARTWIRE_READ_LIMIT: whole(1, 1_000_000_000)
    .default(12_000)
    .meta({ wants: 'a whole number above 0', description: 'Queries a minute by one login, per process.' }),
  CHARTWIRE_WRITE_LIMIT: whole(1, 1_000_000_000).default(3_000).meta({
    wants: 'a whole number above 0',
    description:
      'Mutations a minute by one login, per process; readings of gateways are under CHARTWIRE_RATE_LIMIT alone.',
  }),
  CHARTWIRE_EXPORT_LIMIT: whole(1, 1_000_000_000)
    .default(60)
    .meta({ wants: 'a whole number above 0', description: 'Exports and other heavy calls a minute by one login.' }),
  CHARTWIRE_STREAM_LIMIT: whole(1, 1_000_000)
    .default(100)
    .meta({ wants: 'a whole number above 0', description: 'Live streams, and WebSockets, that one session may hold.' }),
  CHARTWIRE_TRUST_PROXY: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((range) => range.trim() || []))
    .pipe(z.array(z.string().refine(isProxyRange)))
    .meta({
      wants: 'addresses or ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal; comma-separated',
      standard: 'none',
      description:
        'Proxies whose X-Forwarded-For is believed. Behind a proxy that is not named here, all visitors count as one address.',
    }),
  CHARTWIRE_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .meta({
      wants: 'an address such as smtps://user:password@mail.example or smtp://localhost:1025',
      standard: 'none',
      description:
        'Mail server for invitations, links to set a password and notices. With it a token goes to the inbox it is for and to nobody else; without it whoever invites passes it on. No demo where mail is sent.',
    }),
  CHARTWIRE_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]*$/)
    .optional()
    .meta({
      wants: 'an e-mail address, or a name with one: Riverside <no-reply@riverside.example>',
      standard: 'none',
      description: 'Whom mail is from; needed with CHARTWIRE_SMTP_URL.',
    }),
  CHARTWIRE_WHATSAPP_ACCOUNT: z
    .string()
    .regex(/^\w{2,64}$/)
    .optional()
    .meta({
      wants: 'the id of a Twilio account',
      standard: 'none',
      description:
        'Twilio account that sends links on WhatsApp, to patients whose file says that they agree. Without it nothing is sent that way. No demo where it is.',
    }),
  CHARTWIRE_WHATSAPP_TOKEN: z.string().min(8).optional().meta({
    wants: 'a text of at least 8 characters',
    standard: 'none',
    description: 'The account’s token; needed with CHARTWIRE_WHATSAPP_ACCOUNT.',
  }),
  CHARTWIRE_WHATSAPP_FROM: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .optional()
    .meta({
      wants: 'a number such as +14155238886',
      standard: 'none',
      description: 'The number that WhatsApp messages are from; needed with CHARTWIRE_WHATSAPP_ACCOUNT.',
    }),
  CHARTWIRE_WHATSAPP_TEMPLATE: z
    .string()
    .regex(/^\w{2,64}$/)
    .optional()
    .meta({
      wants: 'the id of a content template',
      standard: 'none',
      description:
        'Approved template for messages, with the hospital’s name as {{1}} and the link as {{2}}. WhatsApp asks for one unless the patient wrote within the last day.',
    }),
  CHARTWIRE_WHATSAPP_URL: webUrl.default('https://api.twilio.com').meta({
    wants: 'an http or https address',
    description: 'Where Twilio’s API is, or a gateway that speaks it.',
  }),
  CHARTWIRE_METRICS_TOKEN: z.string().min(16).optional().meta({
    wants: 'a text of at least 16 characters',
    standard: 'none',
    description: 'Bearer token that `/metrics` asks for. Without it the figures, which name nobody, are open.',
  }),
  CHARTWIRE_BROWSER: z.string().optional().meta({
    wants: 'the path of a Chromium, Chrome or chrome-headless-shell',
    description:
      'What prints PDFs; the first on the PATH when not given. Without any the server runs, and what wants a PDF is told that none is made.',
  }),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .meta({ wants: `one of ${logLevels.join(', ')}`, description: 'How much is logged.' }),
  LOG_FORMAT: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .meta({ wants: 'auto, json or pretty', description: '`auto`: pretty on a terminal, JSON lines otherwise.' }),
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
    if (result.data.CHARTWIRE_KEYS !== undefined && result.data.CHARTWIRE_KEYS_FILE !== undefined) {
      throw new SettingsError('CHARTWIRE_KEYS_FILE: must not be given together with CHARTWIRE_KEYS.')
    }
    if (result.data.CHARTWIRE_SMTP_URL !== undefined) refuseMailWithout(result.data, given)
    refuseHalfOfWhatsApp(result.data, given)
    if (result.data.NODE_ENV === 'production') refuseDemoSecrets(result.data, given)
    return result.data
  }
  const variables = new Set(result.error.issues.map(({ path: [variable = ''] }) => String(variable)))
  const lines = describeSettings()
    .filter(({ name }) => variables.has(name))
    .map(({ name, wants, meaning }) => `${name}: must be ${wants}. ${meaning}`)
  throw new SettingsError(lines.join('\n'))
}

/** One setting, for people. */
export interface SettingDescription {
  name: string
  wants: string
  /** As one would write it; empty when it has none. */
  standard: string
  meaning: string
}

export function describeSettings(): SettingDescription[] {
  return Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const { wants, standard, description } = schema.meta() as unknown as SettingFacts
    const value = schema.safeParse(undefined).data
    const written = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    return { name, wants, standard: standard ?? written, meaning: description }
  })
}

function refuseMailWithout(settings: Settings, given: Readonly<Record<string, unknown>>): void {
  if (settings.CHARTWIRE_MAIL_FROM === undefined) {
    throw new SettingsError('CHARTWIRE_MAIL_FROM: must be given with CHARTWIRE_SMTP_URL.')
  }
  refuseDemo(settings, given, 'CHARTWIRE_SMTP_URL; the demo’s addresses are nobody’s')
}

const whatsApp = ['CHARTWIRE_WHATSAPP_ACCOUNT', 'CHARTWIRE_WHATSAPP_TOKEN', 'CHARTWIRE_WHATSAPP_FROM'] as const

function refuseHalfOfWhatsApp(settings: Settings, given: Readonly<Record<string, unknown>>): void {
  const missing = whatsApp.filter((name) => settings[name] === undefined)
  if (missing.length === whatsApp.length) return
  const [first] = missing
  if (first !== undefined) throw new SettingsError(`${first}: must be given with the other settings of WhatsApp.`)
  refuseDemo(settings, given, 'CHARTWIRE_WHATSAPP_ACCOUNT; the demo’s numbers are nobody’s')
}

function refuseDemo(settings: Settings, given: Readonly<Record<string, unknown>>, beside: string): void {
  if (given['CHARTWIRE_DEMO'] === undefined) settings.CHARTWIRE_DEMO = false
  if (settings.CHARTWIRE_DEMO) throw new SettingsError(`CHARTWIRE_DEMO: must be off with ${beside}.`)
}

function refuseDemoSecrets(settings: Settings, given: Readonly<Record<string, unknown>>): void {
  if (settings.CHARTWIRE_KEYS === undefined && settings.CHARTWIRE_KEYS_FILE === undefined) {
    throw new SettingsError(
      'CHARTWIRE_KEYS: production needs a key ring of its own; make one with `npm run -s chartwire -- keys generate`.',
    )
  }
  if (given['CHARTWIRE_DEMO'] === undefined) settings.CHARTWIRE_DEMO = false
  if (settings.CHARTWIRE_DEMO) throw new SettingsError('CHARTWIRE_DEMO: must be off in production.')
}

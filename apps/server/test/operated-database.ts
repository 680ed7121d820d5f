import {
  actorOf,
  anonymous,
  contextOf,
  KeyRing,
  openDatabase,
  registerPatient,
  resetPassword,
  signIn,
  signUpHospital,
} from '@chartwire/db'
import { testDatabase } from '@chartwire/db/testing'
import { opened } from '@chartwire/db/testing/opened'
import { Client } from 'pg'

export const email = 'ada@hospital.example'
const password = 'a long enough pass phrase'

/** A database with one hospital and its administrator signed in, and the environment that reaches it. */
export async function operatedDatabase() {
  const database = await testDatabase()
  const ring = KeyRing.generate()
  const db = await openDatabase({ url: database.url, keys: KeyRing.parse(ring), poolSize: 2 })
  const ctx = contextOf({ actor: anonymous, db })
  await signUpHospital(ctx, {
    hospital: { name: 'Operated Hospital', timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada', email, password },
  })
  const { token, user } = opened(await signIn(ctx, { email, password, userAgent: null }))
  return {
    url: database.url,
    ring,
    userId: user.id,
    register: async () => {
      const session = await db.sessions.findFresh(token)
      if (!session) throw new Error('No session.')
      const { id } = await registerPatient(contextOf({ actor: actorOf(session, null), db }), {
        givenName: 'Maria',
        familyName: 'Muster',
        birthDate: '1966-03-14',
        sex: 'female',
        phone: '+436601234567',
      })
      return id
    },
    findSession: () => db.sessions.findFresh(token),
    resetPassword: (link: string) => resetPassword(ctx, { token: link, password: 'yet another pass phrase' }),
    env: { DATABASE_URL: database.url, CHARTWIRE_KEYS: ring },
    [Symbol.asyncDispose]: async () => {
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Statements of the owner of the tables. */
export async function runSql(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

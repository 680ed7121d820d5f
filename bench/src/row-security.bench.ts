import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  acceptInvitation,
  type Actor,
  actorOf,
  admitPatient,
  anonymous,
  assignCareTeam,
  contextOf,
  createWard,
  type Ctx,
  type Database,
  KeyRing,
  listPatients,
  migrate,
  openDatabase,
  readHistory,
  readWard,
  recordReadings,
  registerPatient,
  signIn,
  signUpHospital,
} from '@chartwire/db'
import { createDatabase, startPostgres } from '@chartwire/db/postgres'
import { opened } from '@chartwire/db/testing/opened'
import { type Bench, type Figure, round } from './harness/bench.ts'
import { inviteStaff } from '@chartwire/db/testing/invite'

/** What row-level security costs: the statements of hot reads within an actor's scope, against the owner of the tables. */
export const benches: Bench[] = [{ name: 'rls.reads', run: ({ seconds }) => measure(seconds) }]

type Statement = Parameters<Ctx['sql']>[0]

const patients = 200
const readingsEach = 100
/** How many in a row before it is the other's turn, so that a noisy moment falls on both. */
const turn = 20

async function measure(seconds: number): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'chartwire-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
  stack.defer(() => postgres.stop())
  await createDatabase(postgres.url('postgres'), 'bench')
  const url = postgres.url('bench')
  await migrate(url)
  const db = await openDatabase({ url, keys: KeyRing.parse(KeyRing.generate()) })
  stack.defer(() => db.close())
  const { nurse, admin, wardId, patientId } = await fillHospital(db, 'Bench')
  await fillHospital(db, 'Elsewhere')
  await db.ownerSql({ text: 'analyze' })
  const listFilter = { wardId: null, after: null, limit: 20 }
  const reads: { what: string; actor: Actor; read: (ctx: Ctx) => Promise<unknown> }[] = [
    { what: 'list of patients', actor: admin, read: (ctx) => listPatients(ctx, listFilter) },
    {
      what: 'page of history',
      actor: nurse,
      read: (ctx) => readHistory(ctx, { patientId, limit: 50, after: null, from: null }),
    },
    { what: 'tiles of a ward', actor: nurse, read: (ctx) => readWard(ctx, { wardId }) },
  ]
  const figures: Figure[] = []
  for (const { what, actor, read } of reads) {
    const ctx = contextOf({ actor, db })
    const statement = await lastStatement(ctx, read)
    const [within, owner] = await compare(seconds / reads.length, [ctx.sql, db.ownerSql], statement)
    figures.push({
      name: 'rls.reads',
      what,
      value: round(within),
      unit: 'ms',
      ceiling: round(owner),
      ratio: round(owner / within),
      target: { ratio: 0.67 },
    })
  }
  return figures
}

/** The statement that does the work of a read: the last of those that it asks in the actor's scope. */
async function lastStatement(ctx: Ctx, read: (ctx: Ctx) => Promise<unknown>): Promise<Statement> {
  let last: Statement | undefined
  const overheard: Ctx = {
    ...ctx,
    sql: (statement) => {
      last = statement
      return ctx.sql(statement)
    },
  }
  await read(overheard)
  if (!last) throw new Error('The read asked nothing.')
  return last
}

/** Milliseconds a statement takes, each way; the median, since a shared machine's mean is its noise. */
async function compare(
  seconds: number,
  [within, owner]: readonly [Ctx['sql'], Ctx['sql']],
  statement: Statement,
): Promise<[number, number]> {
  const taken: [number[], number[]] = [[], []]
  const until = performance.now() + seconds * 1000
  for (let number = 0; number < 4 || performance.now() < until; number++) {
    const which = number % 2 === 0 ? 0 : 1
    const sql = which === 0 ? within : owner
    for (let index = 0; index < turn; index++) {
      const from = performance.now()
      await sql(statement)
      // The first turns plan the statement on their connection.
      if (number >= 2) taken[which].push(performance.now() - from)
    }
  }
  return [median(taken[0]), median(taken[1])]
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function fillHospital(db: Database, name: string) {
  const as = (actor: Actor): Ctx => contextOf({ actor, db })
  const login = (who: string) => ({ email: `${who}@${name}.example`, password: 'bench password of a hospital' })
  const actorFor = async (who: string): Promise<Actor> => {
    const { token } = opened(await signIn(as(anonymous), { ...login(who), userAgent: null }))
    const session = await db.sessions.find(token)
    if (!session) throw new Error('The login has no session.')
    return actorOf(session, null)
  }
  await signUpHospital(as(anonymous), {
    hospital: { name, timeZone: 'UTC' },
    admin: { name: 'Admin', ...login('admin') },
  })
  const admin = await actorFor('admin')
  const { id: wardId } = await createWard(as(admin), { name: 'Ward' })
  const { token } = await inviteStaff(as(admin), { email: login('nurse').email, role: 'nurse' })
  await acceptInvitation(as(anonymous), { token, name: 'Nurse', password: login('nurse').password })
  const nurse = await actorFor('nurse')
  if (nurse.kind !== 'user' || nurse.capacity?.as !== 'staff') throw new Error('The nurse is not on the staff.')
  await assignCareTeam(as(admin), { membershipId: nurse.capacity.membershipId, charge: { wardId } })
  const ids: string[] = []
  for (let number = 0; number < patients; number++) {
    const person = {
      givenName: 'Bench',
      familyName: `Patient ${number}`,
      birthDate: '1960-01-01',
      sex: 'other',
    } as const
    const { id } = await registerPatient(as(admin), { ...person, confirmDistinct: true })
    await admitPatient(as(admin), { patientId: id, wardId })
    ids.push(id)
  }
  const now = Date.now()
  for (let number = 0; number < readingsEach; number++) {
    const sourceTime = now - (readingsEach - number) * 10_000
    const rows = ids.map((patientId, index) => {
      const values = { heartRate: 70 + (index % 10), spo2: 97, respiration: 16 }
      return { index, patientId, mrn: null, sourceTime, device: null, values }
    })
    await recordReadings(as(nurse), { rows })
  }
  return { admin, nurse, wardId, patientId: ids[0] ?? '' }
}

import { uuidv7 } from '@chartwire/db'
import { Client } from 'pg'
import { verifyAllChains } from '@chartwire/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../world/world.ts'
import { Attacker } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
  for (let read = 0; read < 6; read++) {
    await attacker.as('nurse', 'patients.get', { patientId: world.belongings['care-team'].ids.patientId })
  }
})
afterAll(() => world[Symbol.asyncDispose]())

/** What the verifier says after somebody with the database owner's account did this, which is undone after. */
async function verdictAfter(...statements: string[]): Promise<object | undefined> {
  const { hospital } = world.server
  const owner = new Client({ connectionString: hospital.url, options: '-c timezone=UTC', types: parsersOf() })
  await owner.connect()
  try {
    await owner.query('begin')
    await owner.query('alter table audit_entry disable trigger user')
    for (const text of statements)
      await owner.query(
        text
          .replaceAll('$HOSPITAL', `'${hospital.hospitalId}'`)
          .replaceAll('$OTHER', `'${world.elsewhere.hospitalId}'`),
      )
    const verdicts = await verifyAllChains(async (statement) => (await owner.query(statement)).rows, hospital.db.keys)
    return verdicts.find(({ intact }) => !intact)
  } finally {
    await owner.query('rollback')
    await owner.end()
  }
}

/** Values in the forms in which the product reads them. */
function parsersOf() {
  const { types } = world.server.hospital.db.pool.options
  if (!types) throw new Error('The pool has no parsers of its own.')
  return types
}

describe('with the account of the database’s owner, one cannot change the log unseen', () => {
  it('is whole before anybody touches it', async () => {
    expect(await verdictAfter()).toBeUndefined()
  })

  it('by editing who it was', async () => {
    const edit = `update audit_entry set actor = 'user:somebody-else' where chain = $HOSPITAL and seq = 5`
    expect(await verdictAfter(edit)).toMatchObject({ firstBadSeq: 5, fault: 'edited' })
  })

  it('by editing whom it was about, when, and in which request', async () => {
    for (const change of [
      `patient_ids = '{}'`,
      `at = at - interval '1 day'`,
      `request_id = 'x'`,
      `capacity = null`,
      `action = 'system.ping'`,
    ]) {
      const where = `where chain = $HOSPITAL and seq = (select max(seq) from audit_entry where chain = $HOSPITAL and action = 'patient.read')`
      expect(await verdictAfter(`update audit_entry set ${change} ${where}`)).toMatchObject({ fault: 'edited' })
    }
  })

  it('by deleting one line, the first lines or the last', async () => {
    expect(await verdictAfter('delete from audit_entry where chain = $HOSPITAL and seq = 4')).toMatchObject({
      firstBadSeq: 4,
    })
    expect(await verdictAfter('delete from audit_entry where chain = $HOSPITAL and seq < 4')).toMatchObject({
      firstBadSeq: 1,
    })
    expect(await verdictAfter('delete from audit_entry where chain = $HOSPITAL and seq > 4')).toMatchObject({
      firstBadSeq: 5,
    })
  })

  it('by deleting the last lines and setting the head back to before them', async () => {
    const cut = 'delete from audit_entry where chain = $HOSPITAL and seq > 4'
    const head = `update audit_chain h set seq = 4, mac = e.mac from audit_entry e where h.chain = $HOSPITAL and e.chain = h.chain and e.seq = 4`
    expect(await verdictAfter(cut, head)).toMatchObject({ firstBadSeq: 5, fault: 'truncated' })
  })

  it('by emptying the table, with or without the heads', async () => {
    expect(await verdictAfter('delete from audit_entry')).toMatchObject({ intact: false })
    expect(await verdictAfter('delete from audit_entry', 'delete from audit_chain')).toMatchObject({
      fault: 'truncated',
    })
  })

  it('by exchanging two lines, or moving one into another hospital’s chain', async () => {
    const swap = `update audit_entry set seq = case seq when 3 then -4 else -3 end where chain = $HOSPITAL and seq in (3, 4)`
    const settle = 'update audit_entry set seq = -seq where chain = $HOSPITAL and seq < 0'
    expect(await verdictAfter(swap, settle)).toMatchObject({ firstBadSeq: 3, fault: 'edited' })
    const move = `update audit_entry set chain = $OTHER, seq = (select max(seq) + 1 from audit_entry where chain = $OTHER)
      where chain = $HOSPITAL and seq = (select max(seq) from audit_entry where chain = $HOSPITAL)`
    expect(await verdictAfter(move)).toMatchObject({ intact: false })
  })

  it('by writing a line of one’s own with the seal of another', async () => {
    const forge = `insert into audit_entry select chain, (select max(seq) + 1 from audit_entry where chain = $HOSPITAL), at, actor, capacity, 'staff.end', resource_type,
      resource_id, patient_ids, request_id, changed, detail, mac from audit_entry where chain = $HOSPITAL and seq = 3`
    expect(await verdictAfter(forge)).toMatchObject({ intact: false })
  })
})

describe('with the application’s own account, one cannot', () => {
  it.each([
    'update audit_entry set actor = $$x$$',
    'delete from audit_entry',
    'truncate audit_entry',
    'truncate audit_entry cascade',
  ])('%s', async (text) => {
    await expect(attacker.sql(text)).rejects.toMatchObject({ code: '42501' })
    expect(await verdictAfter()).toBeUndefined()
  })
})

describe('by reading, one cannot', () => {
  it('leave no trace: every way to a patient’s data is one line with reader, capacity and request', async () => {
    const { patientId, alarmId, wardId } = world.belongings['care-team'].ids
    const reads: [string, unknown][] = [
      ['patients.get', { patientId }],
      ['patients.history', { patientId }],
      ['patients.list', {}],
      ['patients.search', { name: 'Nahestehend' }],
      ['admissions.ofPatient', { patientId }],
      ['admissions.current', {}],
      ['careTeam.list', { patientId }],
      ['devices.ofPatient', { patientId }],
      ['alarms.list', { patientId }],
      ['alarms.get', { alarmId }],
      ['thresholds.list', { patientId }],
      ['vitals.latest', { patientId }],
      ['vitals.summary', { patientId }],
      ['vitals.history', { patientId }],
      ['vitals.hourly', { patientId, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }],
      ['vitals.daily', { patientId, from: '2026-01-01' }],
      ['vitals.ward', { wardId }],
    ]
    for (const [path, input] of reads) {
      const requestId = `read-${uuidv7()}`
      await attacker.as('doctor', path, input, { 'x-request-id': requestId })
      const entries = await attacker.sql<{ about: boolean; capacity: { role: string } }>(
        'select $2 = any(patient_ids) about, capacity from audit_entry where request_id = $1',
        [requestId, patientId],
      )
      expect({ path, lines: entries.length > 0, about: entries.every(({ about }) => about) }).toEqual({
        path,
        lines: true,
        about: true,
      })
      expect(entries[0]?.capacity.role).toBe('doctor')
    }
  })

  it('have the line name a request that one made up to look like another', async () => {
    const { patientId } = world.belongings['care-team'].ids
    const given = ['x', 'a b c d e f g h', '<script>alert(1)</script>', 'ü'.repeat(10), 'a'.repeat(65)]
    for (const id of given) {
      await attacker.as('nurse', 'patients.get', { patientId }, { 'x-request-id': encodeURI(id) })
      expect(await attacker.count('audit_entry', 'request_id = $1', [encodeURI(id)])).toBe(0)
    }
  })
})

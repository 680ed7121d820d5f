import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { transactAsSystem } from '../database/transact.ts'
import { type Attempt, deliverMessages, type Letter } from './deliver-messages.ts'
import type { MailContent } from './outbound.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())
beforeEach(() => hospital.db.sql({ text: 'delete from outbound_message' }))

const address = 'nora@example.org'

function enqueue(content: MailContent = { kind: 'password-changed' }): Promise<void> {
  const ctx = hospital.as(hospital.admin)
  return transactAsSystem(ctx, async (tx) => ctx.db.outbound.enqueue(tx, ctx, { userId: null, address, content }))
}

/** A mail server that answers as it is told, and remembers the letters. */
function mailServer(...answers: Attempt[]) {
  const letters: Letter[] = []
  const send = async (letter: Letter): Promise<Attempt> => {
    letters.push(letter)
    return answers.shift() ?? { outcome: 'sent' }
  }
  return { letters, deliver: () => deliverMessages(hospital.db, { send, now: () => hospital.clock.now }) }
}

const stored = async () =>
  (
    await hospital.db.sql<{ attempts: number; failure: string | null; isDone: boolean; hasBody: boolean }>({
      text: `select attempts, failure, sent_at is not null or given_up_at is not null "isDone",
                    body_cipher is not null "hasBody" from outbound_message`,
    })
  )[0]

describe('a message', () => {
  it('is sent once, however many ask, and keeps its line without its content', async () => {
    await enqueue({ kind: 'password-reset', token: 'T', expiresAt: later(30) })
    const { letters, deliver } = mailServer()
    const delivered = await Promise.all([deliver(), deliver(), deliver()])
    expect(delivered.reduce((all, { sent }) => all + sent, 0)).toBe(1)
    expect(letters).toMatchObject([{ address, content: { kind: 'password-reset', token: 'T' } }])
    expect(await stored()).toEqual({ attempts: 1, failure: null, isDone: true, hasBody: false })
    expect(await deliver()).toEqual({ sent: 0, failed: 0, givenUp: 0 })
  })

  it('that fails is tried again, later each time, under the same id, and given up after twelve attempts', async () => {
    await enqueue()
    const { letters, deliver } = mailServer(
      ...Array.from({ length: 20 }, (): Attempt => ({ outcome: 'later', reason: '451' })),
    )
    const waits: number[] = []
    for (let attempt = 1; attempt < 12; attempt++) {
      expect(await deliver()).toMatchObject({ failed: 1 })
      let minutes = 0
      do {
        hospital.clock.advance(60)
        minutes += 1
      } while (minutes < 400 && (await due()) === 0)
      waits.push(minutes)
    }
    expect(await deliver()).toMatchObject({ givenUp: 1 })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360])
    expect(new Set(letters.map(({ id }) => id)).size).toBe(1)
    expect(await stored()).toEqual({ attempts: 12, failure: '451', isDone: true, hasBody: false })
  })

  it('that is refused for good is given up at once', async () => {
    await enqueue()
    const { deliver } = mailServer({ outcome: 'refused', reason: '550' })
    expect(await deliver()).toEqual({ sent: 0, failed: 0, givenUp: 1 })
    expect(await stored()).toMatchObject({ failure: '550', isDone: true, hasBody: false })
  })

  it('whose link has run out, or that waited for days, is not sent any more', async () => {
    await enqueue({ kind: 'password-reset', token: 'T', expiresAt: later(30) })
    hospital.clock.advance(31 * 60)
    const { letters, deliver } = mailServer()
    expect(await deliver()).toMatchObject({ givenUp: 1 })
    await enqueue()
    hospital.clock.advance(3 * 86_400 + 60)
    expect(await deliver()).toMatchObject({ givenUp: 1 })
    expect(letters).toEqual([])
  })

  it('that no key opens does not hold up the others, and waits for one', async () => {
    await enqueue()
    await hospital.db.sql({ text: `update outbound_message set body_cipher = '\\x00'` })
    hospital.clock.advance(1)
    await enqueue()
    const { letters, deliver } = mailServer()
    expect(await deliver()).toEqual({ sent: 1, failed: 1, givenUp: 0 })
    expect(letters).toHaveLength(1)
  })

  it('does not hold up the others when its sender throws', async () => {
    await enqueue()
    await enqueue({ kind: 'email-changed' })
    const letters: string[] = []
    const send = async ({ content }: Letter): Promise<Attempt> => {
      if (content.kind === 'password-changed') throw new Error(`no route to ${address}`)
      letters.push(content.kind)
      return { outcome: 'sent' }
    }
    expect(await deliverMessages(hospital.db, { send, now: () => hospital.clock.now })).toEqual({
      sent: 1,
      failed: 1,
      givenUp: 0,
    })
    expect(letters).toEqual(['email-changed'])
  })
})

const later = (minutes: number) => new Date(hospital.clock.now.getTime() + minutes * 60_000).toISOString()

async function due(): Promise<number> {
  const [row] = await hospital.db.sql<{ count: number }>({
    text: 'select count(*)::int count from outbound_message where given_up_at is null and due_at <= $1',
    values: [hospital.clock.now],
  })
  return row?.count ?? 0
}

import { uuidv7, sendDocument } from '@chartwire/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld({ level: 'trace' })
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const own = () => world.belongings['care-team'].ids
const neighbours = () => world.belongings['same-hospital'].ids
const foreign = () => world.belongings['other-hospital'].ids
const birthDate = '1966-03-14'

/** A link to a document of one's own patient. */
async function link(): Promise<{ id: string; token: string }> {
  const { hospital } = world.server
  const document = { kind: 'patient-profile', channel: 'link', contentType: 'application/pdf' } as const
  const { patientId } = own()
  const bytes = Buffer.from('%PDF-secret')
  const { id, token } = await sendDocument(hospital.as(hospital.doctor), { ...document, patientId, bytes })
  return { id, token: token ?? '' }
}

describe('by a document that was sent to somebody else, one cannot', () => {
  it('see or take back what another team or another hospital sent, by its id or its patient’s', async () => {
    for (const { patientId, documentId } of [foreign(), neighbours()]) {
      expect(await attacker.fateAs('doctor', 'documents.list', { patientId })).toBe('not_found')
      expect(await attacker.fateAs('patient', 'documents.list', { patientId })).toBe('not_found')
      for (const under of [patientId, own().patientId]) {
        expect(await attacker.fateAs('doctor', 'documents.revoke', { patientId: under, documentId })).toBe('not_found')
      }
      expect(await attacker.count('sent_document', 'id = $1 and revoked_at is null', [documentId])).toBe(1)
    }
    const { patientId } = own()
    const known = await attacker.as('doctor', 'documents.revoke', { patientId, documentId: foreign().documentId })
    const unknown = await attacker.as('doctor', 'documents.revoke', { patientId, documentId: uuidv7() })
    expect(anonymised(known)).toEqual(anonymised(unknown))
    const owned = { patientId, documentId: own().documentId }
    expect(await attacker.fateAs('patient', 'documents.revoke', owned)).toBe('forbidden')
  })

  it('guess the birth date: the fifth wrong one ends the link, and the log says so', async () => {
    const { id, token } = await link()
    for (let day = 1; day <= 5; day++) {
      const wrong = await attacker.call('documents.open', { token, birthDate: `1966-03-0${day}` })
      const none = await attacker.call('documents.open', { token: 'none', birthDate })
      expect(anonymised(wrong)).toEqual(anonymised(none))
    }
    expect(await attacker.fate('documents.open', { token, birthDate })).toBe('not_found')
    const actions = (await attacker.auditOf(id)).map(({ action }) => action)
    expect(actions).toEqual(['document.send', ...Array.from({ length: 5 }, () => 'document.wrong-date')])
  })

  it('open it by its id, its hash, or a link with another’s birth date, nor list its token', async () => {
    const { id, token } = await link()
    for (const guess of [id, token.slice(0, -1), `${token}A`, `${token}=`]) {
      expect(await attacker.fate('documents.open', { token: guess, birthDate })).toBe('not_found')
    }
    const listed = JSON.stringify(await attacker.as('doctor', 'documents.list', { patientId: own().patientId }))
    expect(listed).toContain(id)
    expect(listed).not.toContain(token)
    const opened = dataOf(await attacker.call('documents.open', { token, birthDate }))
    expect(Buffer.from(String(opened['base64']), 'base64').toString()).toBe('%PDF-secret')
    expect(JSON.stringify(opened)).not.toMatch(/Maria|Nahestehend/)
  })

  it('find the token in a log, where the birth date is not either', async () => {
    const { token } = await link()
    await attacker.call('documents.open', { token, birthDate })
    await attacker.call('documents.open', { token, birthDate: '1911-11-11' })
    const log = world.server.log()
    expect(log).not.toContain(token)
    expect(log).not.toContain('1911-11-11')
  })
})

describe('by a symptom check, one cannot', () => {
  it('ask in another’s name, or read what another asked', async () => {
    for (const { patientId, checkId } of [foreign(), neighbours()]) {
      const asked = { patientId, text: 'Chest pain' }
      expect(await attacker.fateAs('patient', 'symptomChecks.assess', asked)).toBe('not_found')
      for (const role of ['patient', 'doctor', 'nurse'] as const) {
        expect(await attacker.fateAs(role, 'symptomChecks.list', { patientId })).toBe('not_found')
        for (const under of [patientId, own().patientId])
          expect(await attacker.fateAs(role, 'symptomChecks.get', { patientId: under, checkId })).toBe('not_found')
      }
      expect(await attacker.count('symptom_check', 'patient_id = $1', [patientId])).toBe(1)
    }
    expect(await attacker.fateAs('doctor', 'symptomChecks.assess', { ...asOwn() })).toBe('forbidden')
    expect(codeOf(await attacker.call('symptomChecks.assess', asOwn()))).toBe('unauthenticated')
  })

  it('stall the server, or the thread, by what is written', async () => {
    const { patientId } = own()
    for (const text of [
      'no '.repeat(660),
      'chest pain '.repeat(180),
      'a'.repeat(2_000),
      '('.repeat(2_000),
      '1 week '.repeat(280),
    ]) {
      const [answer, ping] = await Promise.all([
        attacker.as('patient', 'symptomChecks.assess', { patientId, text }),
        attacker.fate('system.ping', undefined),
      ])
      expect({ code: codeOf(answer), ping }).toEqual({ code: 'ok', ping: 'ok' })
    }
    expect(await attacker.fateAs('patient', 'symptomChecks.assess', { patientId, text: 'a'.repeat(2_001) })).toBe(
      'invalid',
    )
  })
})

const asOwn = () => ({ patientId: own().patientId, text: 'Chest pain' })

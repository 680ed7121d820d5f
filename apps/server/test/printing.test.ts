import { addEntry, DomainError, recordVisit } from '@chartwire/db'
import { patientLogin } from '@chartwire/db/testing/patient-login'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../src/configuration/settings.ts'
import { openPrinting } from '../src/printing.ts'
import { type Served, serve } from './serve.ts'

let served: Served
let patientId: string
/** What the printer was given last. */
let printed = ''
let failure: Error | null = null

beforeAll(async () => {
  served = await serve({
    print: async (html) => {
      if (failure) throw failure
      printed = html
      return new TextEncoder().encode('%PDF-1.7 of a test')
    },
  })
  const { hospital } = served
  const doctor = hospital.as(hospital.doctor)
  ;({ patientId } = await hospital.admit({ familyName: '<b>Muster</b>' }))
  await addEntry(doctor, { patientId, kind: 'allergy', name: 'Latex', severity: 'severe' })
  await recordVisit(doctor, {
    patientId,
    kind: 'consultation',
    beganAt: '2026-01-02T10:00:00Z',
    chiefComplaint: 'Cough',
    vitals: { systolic: 138, diastolic: 84, weightKg: 80, heightCm: 180 },
    followUp: { on: '2026-01-16', at: '09:30' },
    internalNote: 'Only among us',
  })
})
afterAll(() => served[Symbol.asyncDispose]())
afterEach(() => {
  failure = null
})

async function ask(token: string): Promise<Response> {
  return fetch(`${served.url}/api/patients/${patientId}/profile.pdf`, { headers: { authorization: `Bearer ${token}` } })
}

describe('a patient’s profile on paper', () => {
  it('comes as a file whose name says nothing of the patient, with what is on record and nothing that stays among clinicians', async () => {
    const answer = await ask(await served.token(served.hospital.doctor))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="patient-profile-\d{4}-\d\d-\d\d\.pdf"$/,
    )
    expect(answer.headers.get('cache-control')).toContain('no-store')
    expect(await answer.text()).toBe('%PDF-1.7 of a test')
    for (const text of [
      'Latex',
      'severe',
      'Cough',
      '138/84 mmHg',
      '24.7 kg/m²',
      '16 January 2026, 09:30',
      'Test doctor',
    ]) {
      expect(printed).toContain(text)
    }
    expect(printed).not.toContain('Only among us')
    expect(printed).not.toContain('<b>')
  })

  it('is the patient’s own to print, in nobody’s name but theirs', async () => {
    const self = await patientLogin(served.hospital, { patientId })
    expect((await ask(await served.token(self.actor))).status).toBe(200)
    expect(printed).toContain('(Europe/Vienna) by Paula.')
    expect(printed).not.toContain('class="issuer"')
  })

  it('answers a stranger like a patient who does not exist, and prints nothing', async () => {
    printed = ''
    const stranger = await served.hospital.hire('doctor')
    const refused = await ask(await served.token(stranger))
    expect({ status: refused.status, printed }).toEqual({ status: 404, printed: '' })
    expect((await ask(await served.token(served.hospital.admin))).status).toBe(403)
  })

  it('that was printed is on record', async () => {
    await served.hospital.db.readLog.settled()
    const rows = await served.hospital.db.sql({
      text: `select 1 from audit_entry where action = 'patient.profile.print' and $1 = any(patient_ids)`,
      values: [patientId],
    })
    expect(rows).toHaveLength(2)
  })

  it('is refused in words where nothing prints, or too much does', async () => {
    const token = await served.token(served.hospital.doctor)
    failure = new DomainError('unavailable', 'Too many documents are being printed.', { retryAfter: 5 })
    const busy = await ask(token)
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5'])
    failure = new Error('a defect that quotes Maria')
    const broken = await ask(token)
    expect(broken.status).toBe(500)
    expect(await broken.text()).not.toContain('Maria')
    await using none = await openPrinting(
      { ...readSettings({}), CHARTWIRE_BROWSER: undefined },
      { find: async () => null },
    )
    await expect(none.print('<p>')).rejects.toMatchObject({ code: 'not_configured' })
    await expect(openPrinting(readSettings({ CHARTWIRE_BROWSER: '/no/such/program' }))).rejects.toThrow(
      'CHARTWIRE_BROWSER',
    )
  })

  it('is described as a PDF', async () => {
    const document = (await (await fetch(`${served.url}/openapi.json`)).json()) as {
      paths: Record<string, { get: { responses: Record<string, { content: object }> } }>
    }
    // OpenAPI 3.1 says of bytes nothing but their type.
    expect(document.paths['/patients/{patientId}/profile.pdf']?.get.responses['200']?.content).toEqual({
      'application/pdf': {},
    })
  })
})

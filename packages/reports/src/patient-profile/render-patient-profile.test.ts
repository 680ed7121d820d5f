import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cssText } from './css-text.ts'
import { printable } from './printable.ts'
import { type PatientProfile, renderPatientProfile } from './render-patient-profile.ts'
import { sampleProfile } from '../../test/sample-profile.ts'

const textOf = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

describe('a patient’s profile', () => {
  it('says who it is, what is dangerous first, and in whose clock it speaks', () => {
    const text = textOf(renderPatientProfile(sampleProfile()))
    expect(text).toContain('Born 14 March 1966 (60 years)')
    expect(text.indexOf('Allergies')).toBeLessThan(text.indexOf('Conditions'))
    expect(text).toContain('Penicillin severe · anaphylaxis')
    // 23:30 UTC is the next day in Vienna.
    expect(text).toContain('Printed 25 November 2026 at 00:30 (Europe/Vienna) by Dora Doctor.')
    expect(text).toContain('Follow-up 4 December 2026, 10:30: bring the diary')
    expect(text).not.toMatch(/undefined|null|NaN|\[object/)
  })

  it('says that a list is empty, and that visits are left out', () => {
    const text = textOf(renderPatientProfile(sampleProfile({ allergies: [], conditions: [], medications: [] })))
    expect(text.match(/None on record/g)).toHaveLength(3)
    expect(text).toContain('Earlier visits are on record and not printed here.')
    const all = renderPatientProfile(sampleProfile({ hasOlderVisits: false }))
    expect(all).not.toContain('Earlier visits')
  })

  it('counts an infant’s age in months, and a birthday on the day itself', () => {
    const aged = (birthDate: string) => {
      const sample = sampleProfile()
      return textOf(renderPatientProfile({ ...sample, patient: { ...sample.patient, birthDate } }))
    }
    expect(aged('2026-10-25')).toContain('(1 month)')
    expect(aged('2026-10-26')).toContain('(0 months)')
    expect(aged('2024-11-25')).toContain('(2 years)')
    expect(aged('2024-11-26')).toContain('(23 months)')
  })

  it('lets no text turn others around: a birth date after a name is read forwards', () => {
    const html = renderPatientProfile(everyText(sampleProfile(), 'Nora\u202e\u2067'))
    expect(html).toContain('Nora')
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\\20(?:2[a-e]|6[6-9]) /)
  })

  it('lets no text become markup or style, wherever it stands', () => {
    const attack = `"; } </style></title><script>alert(1)</script><img src=x onerror=alert(1)>&'`
    const html = renderPatientProfile(everyText(sampleProfile(), attack))
    expect(html).not.toMatch(/<script|<img/)
    expect(html.match(/<\/style>/g)).toHaveLength(1)
    expect(html).not.toContain(attack)
  })
})

it('any text is one string of CSS, and says the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const written = cssText(text)
      expect(written.slice(1, -1)).not.toMatch(/["'\n<>]/)
      const read = written
        .slice(1, -1)
        .replaceAll(/\\([\da-f]+) /g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      expect(read).toBe(printable(text))
    }),
  )
})

/** The profile with every free text replaced. */
function everyText(profile: PatientProfile, text: string): PatientProfile {
  const kept = new Set(['birthDate', 'timeZone', 'printedAt', 'date', 'time', 'openedAt', 'since', 'sex'])
  return JSON.parse(JSON.stringify(profile), (key, value: unknown) =>
    typeof value === 'string' && !kept.has(key) ? text : value,
  ) as PatientProfile
}

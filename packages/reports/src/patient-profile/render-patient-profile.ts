import { Eta } from 'eta'
import { join } from 'node:path'
import { fontFaces } from '../pdf/fonts.ts'
import { cssText } from './css-text.ts'
import { printable } from './printable.ts'
import type { PatientProfile, ProfileEntry, ProfilePatient } from './patient-profile.ts'

export type * from './patient-profile.ts'

const eta = new Eta({ views: join(import.meta.dirname, 'templates'), autoEscape: true, cache: true, varName: 'page' })
const { escapeFunction } = eta.config
eta.configure({ escapeFunction: (value) => escapeFunction(printable(String(value))) })

/**
 * A patient's profile as an HTML document for A4: who it is, what is dangerous (allergies first), conditions, medications,
 * history, cases and visits, with the patient's name and number on every page. Everything in it is escaped; it fetches
 * nothing and runs nothing.
 */
export function renderPatientProfile(profile: PatientProfile): string {
  const { patient, timeZone } = profile
  const name = `${patient.givenName} ${patient.familyName}`
  const at = clock(timeZone)
  const running = [name, `born ${day(patient.birthDate)}`, ...(patient.mrn === null ? [] : [`MRN ${patient.mrn}`])]
  return eta.render('./page', {
    ...profile,
    name,
    day,
    at,
    words,
    describe,
    facts: factsOf(patient, age(patient.birthDate, at.day(profile.printedAt))),
    lists: [
      { title: 'Allergies', tone: 'danger', entries: profile.allergies },
      { title: 'Conditions', tone: '', entries: profile.conditions },
      { title: 'Medications', tone: '', entries: profile.medications },
    ],
    cases: [
      { title: 'Active cases', items: profile.activeCases },
      { title: 'Former cases', items: profile.formerCases },
    ].filter(({ items }) => items.length > 0),
    running: cssText(running.join(' · ')),
    issuerLine: cssText(profile.issuer ?? 'Patient’s own copy'),
    fonts: fontFaces(JSON.stringify(profile)),
  })
}

/** Label and value, those that are known. */
function factsOf(patient: ProfilePatient, years: string): { label: string; value: string }[] {
  const { mrn, formerMrns, heightCm, weightKg } = patient
  const size = [...(heightCm === null ? [] : [`${heightCm} cm`]), ...(weightKg === null ? [] : [`${weightKg} kg`])]
  const former = formerMrns.length === 0 ? '' : ` (formerly ${formerMrns.join(', ')})`
  const facts: [label: string, value: string | null][] = [
    ['Born', `${day(patient.birthDate)}${years === '' ? '' : ` (${years})`}`],
    ['Sex', words(patient.sex)],
    ['Record number', mrn === null ? null : `${mrn}${former}`],
    ['Blood group', patient.bloodGroup],
    ['Height, weight', size.length === 0 ? null : size.join(', ')],
    ['Phone', patient.phone],
    ['E-mail', patient.email],
    ['Address', patient.address],
    ['Emergency', patient.emergencyContact],
  ]
  return facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]))
}

/** `12 March 1966`: a month in words is the same day on both sides of the Atlantic. */
function day(date: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))
}

function clock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone })
  const calendar = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone })
  return {
    time: (instant: string) => format.format(new Date(instant)),
    day: (instant: string) => calendar.format(new Date(instant)),
  }
}

/** In whole years; in months under two years, where a year says little. */
function age(birthDate: string, today: string): string {
  const [year = 0, month = 0, date = 0] = birthDate.split('-').map(Number)
  const [thisYear = 0, thisMonth = 0, thisDate = 0] = today.split('-').map(Number)
  const months = (thisYear - year) * 12 + thisMonth - month - (thisDate < date ? 1 : 0)
  if (months < 0) return ''
  return months < 24 ? `${months} ${months === 1 ? 'month' : 'months'}` : `${Math.floor(months / 12)} years`
}

/** `follow_up` as people write it. */
function words(code: string): string {
  const text = code.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function describe({ severity, status, since, remarks }: ProfileEntry): string {
  return [
    ...(severity === null ? [] : [severity]),
    ...(status === 'active' ? [] : [status.replaceAll('_', ' ')]),
    ...(since === null ? [] : [`since ${day(since)}`]),
    ...remarks,
  ].join(' · ')
}

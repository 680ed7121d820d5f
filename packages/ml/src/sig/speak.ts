import type { SigRecord } from './parse.ts'

const ROUTES: Readonly<Record<string, string>> = {
  oral: 'by mouth',
  sublingual: 'under the tongue',
  buccal: 'between cheek and gum',
  inhaled: 'by breathing it in',
  intravenous: 'into a vein',
  intramuscular: 'into a muscle',
  subcutaneous: 'under the skin',
  topical: 'on the skin',
  transdermal: 'on the skin as a patch',
  ophthalmic: 'in the eye',
  otic: 'in the ear',
  nasal: 'in the nose',
  rectal: 'in the rectum',
  vaginal: 'in the vagina',
  feeding_tube: 'through the feeding tube',
  intradermal: 'into the skin',
  intravitreal: 'into the eye by a doctor',
  intrathecal: 'into the spine by a doctor',
  epidural: 'near the spine by a doctor',
  intraarticular: 'into a joint by a doctor',
}
const VERBS: Readonly<Record<string, string>> = {
  oral: 'Take',
  sublingual: 'Place',
  buccal: 'Place',
  topical: 'Apply',
  transdermal: 'Apply',
  inhaled: 'Breathe in',
  ophthalmic: 'Put',
  otic: 'Put',
  nasal: 'Put',
  rectal: 'Insert',
  vaginal: 'Insert',
  intravenous: 'Inject',
  intramuscular: 'Inject',
  subcutaneous: 'Inject',
  intradermal: 'Inject',
}
const NUMBERS: Readonly<Record<number, string>> = {
  0.25: 'a quarter of a',
  0.5: 'half a',
  1: '1',
  1.5: '1 and a half',
  2.5: '2 and a half',
}
const UNITS: Readonly<Record<string, string>> = {
  ug: 'microgram',
  mg: 'milligram',
  g: 'gram',
  mL: 'milliliter',
  meq: 'milliequivalent',
  application: 'application',
}
const PERIODS: Readonly<Record<string, string>> = { min: 'minute', h: 'hour', d: 'day', wk: 'week', mo: 'month' }
const TIMES: Readonly<Record<string, string>> = { 1: 'once', 2: 'twice' }

/** A structured instruction as one plain English sentence for a patient. What is not known is left out, not invented. */
export function speakSig(record: SigRecord): string {
  if (record.isComplex)
    return 'This medicine has changing steps. Follow the written instruction and ask your pharmacist.'
  const { dose, unit, route, frequency, asNeeded, duration } = record
  if (dose === null && frequency === null && route === null && !asNeeded && duration === null) return 'Use as directed.'
  const verb =
    (route === null ? undefined : VERBS[route]) ??
    (unit === 'tablet' || unit === 'capsule' || unit === 'pill' ? 'Take' : 'Use')
  const parts = [
    verb,
    amount(record),
    route === null ? '' : (ROUTES[route] ?? ''),
    frequency === null ? '' : often(frequency),
    asNeeded ? 'only when you need it' : '',
    duration === null ? '' : `for ${counted(duration)}`,
  ]
  return `${parts.filter((part) => part !== '').join(' ')}.`
}

function amount({ dose, doseMax, unit }: SigRecord): string {
  if (dose === null) return 'it'
  const noun = unit === null ? '' : (UNITS[unit] ?? unit)
  if (doseMax !== null) return `${number(dose).replace(/ of a$| a$/, '')} to ${doseMax} ${plural(noun, 2)}`.trim()
  return `${number(dose)} ${plural(noun, dose)}`.trim()
}

function number(value: number): string {
  return NUMBERS[value] ?? String(value)
}

function plural(noun: string, count: number): string {
  if (noun === '' || count <= 1) return noun
  return noun.endsWith('y') && !noun.endsWith('ay') ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

/** `2/1d` "twice a day", `1/8h` "every 8 hours", `1/4-6h` "every 4 to 6 hours", `1/2d` "every other day". */
function often(frequency: string): string {
  if (frequency === 'once') return 'one time only'
  const match = /^([\d-]+)\/([\d.]+(?:-[\d.]+)?)([a-z]+)$/.exec(frequency)
  if (!match) return frequency
  const [, times = '', interval = '', unit = ''] = match
  const period = PERIODS[unit] ?? unit
  if (interval === '1')
    return times === '1' && unit !== 'd'
      ? `once a ${period}`
      : `${TIMES[times] ?? `${times.replace('-', ' to ')} times`} a ${period}`
  if (interval === '2' && unit === 'd') return 'every other day'
  return `every ${interval.replace('-', ' to ')} ${period}s`
}

function counted(duration: string): string {
  const amountOf = Number.parseFloat(duration)
  const period = PERIODS[duration.replace(/^[\d.]+/, '')] ?? ''
  return `${amountOf} ${period}${amountOf === 1 ? '' : 's'}`
}

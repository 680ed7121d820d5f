/**
 * Spoken units and how they are written. Micrograms become mcg, a spelled "c c" mL, and units stay spelled out: "µg", "cc",
 * "IU" and "U" are on ISMP's list of error-prone abbreviations (2021).
 */
const UNITS: readonly (readonly [spoken: string, written: string, glued?: boolean])[] = [
  ['millimeters of mercury', 'mmHg'],
  ['millimeter of mercury', 'mmHg'],
  ['millimetres of mercury', 'mmHg'],
  ['milligrams per deciliter', 'mg/dL'],
  ['milligrams per kilogram', 'mg/kg'],
  ['micrograms per kilogram', 'mcg/kg'],
  ['milligrams per milliliter', 'mg/mL'],
  ['grams per deciliter', 'g/dL'],
  ['grams per liter', 'g/L'],
  ['millimoles per liter', 'mmol/L'],
  ['milliequivalents per liter', 'mEq/L'],
  ['liters per minute', 'L/min'],
  ['milliliters per hour', 'mL/h'],
  ['beats per minute', 'bpm'],
  ['breaths per minute', 'breaths/min'],
  ['degrees celsius', '°C', true],
  ['degrees centigrade', '°C', true],
  ['degrees fahrenheit', '°F', true],
  ['international units', 'international units'],
  ['percent', '%', true],
  ['milligrams', 'mg'],
  ['milligram', 'mg'],
  ['micrograms', 'mcg'],
  ['microgram', 'mcg'],
  ['kilograms', 'kg'],
  ['kilogram', 'kg'],
  ['grams', 'g'],
  ['gram', 'g'],
  ['milliliters', 'mL'],
  ['milliliter', 'mL'],
  ['millilitres', 'mL'],
  ['liters', 'L'],
  ['liter', 'L'],
  ['litres', 'L'],
  ['milliequivalents', 'mEq'],
  ['millimoles', 'mmol'],
  ['centimeters', 'cm'],
  ['centimeter', 'cm'],
  ['centimetres', 'cm'],
  ['millimeters', 'mm'],
  ['millimeter', 'mm'],
  ['millimetres', 'mm'],
  ['m g', 'mg'],
  ['m c g', 'mcg'],
  ['m l', 'mL'],
  ['c c', 'mL'],
  ['i u', 'international units'],
  ['u', 'units'],
]
const BY_WORDS = UNITS.map(([spoken, written, glued]) => ({
  spoken: spoken.split(' '),
  written,
  glued: glued ?? false,
}))

/** What a strength is given as: between the two a number may stand, "two fifty milligram tablets". */
const FORMS = new Set(
  `tablet tablets tab tabs capsule capsules caps pill pills puff puffs drop drops dose doses patch patches spray sprays
inhalation inhalations injection injections suppository suppositories vial vials ampoule ampoules sachet sachets lozenge
lozenges pen pens inhaler inhalers strip strips`.split(/\s+/),
)
/** Words that make even "one" a figure when they follow it, though they are written as they are. */
const COUNTED = new Set(
  'units unit days day weeks week months month years year hours hour minutes minute seconds second'.split(' '),
)
/** What lasts. */
const TIMES = /^(?:second|minute|hour|day|week|month|year)s?$/

export interface ReadUnit {
  /** What to write, with the space before it where one belongs. */
  readonly written: string
  readonly used: number
}

export function unitAfterNumber(words: readonly string[], at: number): ReadUnit | undefined {
  // Bacteria are gram negative, however many are counted.
  if (words[at] === 'gram' && /^(?:negative|positive|stain|stains|variable)$/.test(words[at + 1] ?? ''))
    return undefined
  for (const { spoken, written, glued } of BY_WORDS)
    if (spoken.every((word, i) => words[at + i] === word))
      return { written: glued ? written : ` ${written}`, used: spoken.length }
  return undefined
}

/** The same with what is counted in words that stay: "units", "tablets", "days". */
export function measureAfterNumber(words: readonly string[], at: number): ReadUnit | undefined {
  const word = words[at]
  return unitAfterNumber(words, at) ?? (isCounted(word) ? { written: ` ${word}`, used: 1 } : undefined)
}

export function isCounted(word: string | undefined): boolean {
  return COUNTED.has(word ?? '') || isForm(word)
}

export function isForm(word: string | undefined): boolean {
  return FORMS.has(word ?? '')
}

export function isTime(word: string | undefined): boolean {
  return TIMES.test(word ?? '')
}

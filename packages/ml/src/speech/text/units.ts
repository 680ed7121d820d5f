/**
 * Spoken units and how they are written. Micrograms become mcg and units stay spelled out: "µg" and "U" are on ISMP's
 * list of error-prone abbreviations (2021).
 */
const UNITS: readonly (readonly [spoken: string, written: string, glued?: boolean])[] = [
  ['millimeters of mercury', 'mmHg'],
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
]
const BY_WORDS = UNITS.map(([spoken, written, glued]) => ({
  spoken: spoken.split(' '),
  written,
  glued: glued ?? false,
}))

/** Words that make even "one" a figure when they follow it, though they are written as they are. */
const COUNTED = new Set(
  'units unit tablets tablet capsules capsule puffs puff drops drop doses dose days day weeks week months month years year hours hour minutes minute'.split(
    ' ',
  ),
)

export interface ReadUnit {
  /** What to write, with the space before it where one belongs. */
  readonly written: string
  readonly used: number
}

export function unitAfterNumber(words: readonly string[], at: number): ReadUnit | undefined {
  for (const { spoken, written, glued } of BY_WORDS)
    if (spoken.every((word, i) => words[at + i] === word))
      return { written: glued ? written : ` ${written}`, used: spoken.length }
  return undefined
}

export function isCounted(word: string | undefined): boolean {
  return COUNTED.has(word ?? '')
}

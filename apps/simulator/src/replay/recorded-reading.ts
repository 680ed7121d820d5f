import type { Consciousness, Reading } from '../bedside.ts'

/** What a row of a recording says, before it has a patient and a real time. */
export interface RecordedReading {
  /** The recording's own name for the patient or stay; never sent. */
  stay: string
  time: RecordedTime
  values: Omit<Reading, 'patientId' | 'mrn' | 'at' | 'device'>
  /** Which instrument a pressure is from, where a file tells pressures apart row by row. */
  pressureFrom?: 'artery' | 'cuff'
}

export type RecordedTime =
  | { kind: 'absolute'; ms: number }
  /** Since admission, or since the recording began. */
  | { kind: 'relative'; ms: number }

/** A row is a reading or is refused here, with a reason of a closed list. */
export type RowReading = { kind: 'reading'; reading: RecordedReading } | { kind: 'refused'; reason: RowRefusal }

export type RowRefusal =
  | 'row shorter than the header'
  | 'row longer than the header'
  | 'no patient or stay'
  | 'time is unreadable'
  | 'a value is no number'
  | 'no vital sign in the row'
  | 'not a vital sign'
  | 'measured twice in one minute'

/** The number in a field; undefined when it is empty. @throws ValueError when it is something else. */
export function numberOf(field: string | undefined): number | undefined {
  const text = field?.trim() ?? ''
  if (text === '') return undefined
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new ValueError()
  return Number(text)
}

/** A field that should hold a number holds something else; carries no content, which may be a patient's. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
}

/**
 * Consciousness for a Glasgow Coma Scale sum: 15 is alert, 14 usually confusion; below, the medians of alert, voice, pain,
 * unresponsive patients are 15, 13, 8 and 6 (Kelly, Upex and Bateman, Ann Emerg Med 2004), cut half-way.
 */
export function fromGlasgow(sum: number | undefined): Consciousness | undefined {
  if (sum === undefined || sum < 3 || sum > 15) return undefined
  if (sum >= 14.5) return 'A'
  if (sum >= 13.5) return 'C'
  if (sum >= 10.5) return 'V'
  return sum >= 7 ? 'P' : 'U'
}

/** Drops what was not measured. */
export function presentValues(values: {
  [Name in keyof RecordedReading['values']]?: RecordedReading['values'][Name] | undefined
}): RecordedReading['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

interface Pressures {
  systolic: number | undefined
  diastolic: number | undefined
}

/**
 * One pair of pressures from two sources, never mixed: the first that has a true value, else whatever the first wrote
 * (a monitor writes 0 for "not available", which the server flags).
 */
export function choosePressure(first: Pressures, second: Pressures): Pressures {
  if ((first.systolic ?? 0) > 0) return first
  if ((second.systolic ?? 0) > 0) return second
  return first.systolic === undefined && first.diastolic === undefined ? second : first
}

import type { BedsidePatient, Reading } from '../bedside.ts'
import { UsageError } from '../exit-code.ts'
import type { Recording } from './recording.ts'

/** A recorded reading in a bed and at a real time, ready to send. */
export interface PlacedReading {
  reading: Reading & { at: number }
  /** Which of the patients. */
  place: number
  rows: number
}

export interface PlacementOptions {
  patients: readonly BedsidePatient[]
  /** The recording's end, epoch ms. */
  endsAt: number
  keepTimes: boolean
}

/**
 * Gives each stay a patient in order of appearance and moves it so that it ends at `endsAt`. With more stays than patients
 * a patient gets several, one after the other. Sorted by time.
 * @throws UsageError when times shall be kept but the recording only counts from its own start.
 */
export function placeRecording(recording: Recording, options: PlacementOptions): PlacedReading[] {
  const spans = new Map<string, { first: number; last: number }>()
  for (const { reading } of recording.readings) {
    if (options.keepTimes && reading.time.kind === 'relative') {
      throw new UsageError('--keep-times needs a recording with clock times; this one counts from its own start')
    }
    const span = spans.get(reading.stay)
    if (span === undefined) spans.set(reading.stay, { first: reading.time.ms, last: reading.time.ms })
    else {
      span.first = Math.min(span.first, reading.time.ms)
      span.last = Math.max(span.last, reading.time.ms)
    }
  }
  const stays = placeStays(spans, options)
  const placed: PlacedReading[] = []
  for (const { reading, rows } of recording.readings) {
    const stay = stays.get(reading.stay)
    const patient = options.patients[stay?.place ?? 0]
    if (stay === undefined || patient === undefined) throw new RangeError('a stay without a patient')
    const at = Math.round(reading.time.ms + stay.shift)
    placed.push({ reading: { patientId: patient.id, at, ...reading.values }, place: stay.place, rows })
  }
  return placed.sort((one, other) => one.reading.at - other.reading.at)
}

function placeStays(spans: ReadonlyMap<string, { first: number; last: number }>, options: PlacementOptions) {
  const { patients, endsAt, keepTimes } = options
  /** The latest time each patient still has room for. */
  const free = patients.map(() => endsAt)
  const stays = new Map<string, { place: number; shift: number }>()
  for (const [order, [stay, { first, last }]] of [...spans].entries()) {
    const place = order % patients.length
    const shift = keepTimes ? 0 : (free[place] ?? endsAt) - last
    stays.set(stay, { place, shift })
    free[place] = first + shift - BETWEEN_STAYS_MS
  }
  return stays
}

const BETWEEN_STAYS_MS = 60_000

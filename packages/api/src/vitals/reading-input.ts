import type { IncomingReading, RowOutcome } from '@chartwire/db'
import type { z } from 'zod'
import { readingInput, type ReadingInput } from './schemas.ts'

/** Rows whose form is right, and the refusals of those whose form is not: one bad row never fails a batch. */
export function parseRows(rows: readonly unknown[]): { rows: IncomingReading[]; refused: RowOutcome[] } {
  const parsed: IncomingReading[] = []
  const refused: RowOutcome[] = []
  rows.forEach((row, index) => {
    const result = readingInput.safeParse(row)
    if (result.success) parsed.push(toIncoming(result.data, index))
    else refused.push({ index, status: 'refused', code: 'invalid', field: fieldOf(result.error) })
  })
  return { rows: parsed, refused }
}

function fieldOf({ issues: [issue] }: z.ZodError): string {
  if (!issue) return ''
  return issue.code === 'unrecognized_keys' ? 'unknown field' : issue.path.join('.')
}

function toIncoming(reading: ReadingInput, index: number): IncomingReading {
  const { at, bloodPressure, temperature } = reading
  // Written out: copying by field names costs more than checking the row did.
  const values: IncomingReading['values'] = {}
  if (reading.heartRate !== undefined) values.heartRate = rounded(reading.heartRate)
  if (reading.spo2 !== undefined) values.spo2 = rounded(reading.spo2)
  if (reading.systolic !== undefined) values.systolic = rounded(reading.systolic)
  if (reading.diastolic !== undefined) values.diastolic = rounded(reading.diastolic)
  if (reading.respiration !== undefined) values.respiration = rounded(reading.respiration)
  if (reading.supplementalOxygen !== undefined) values.supplementalOxygen = reading.supplementalOxygen
  if (reading.consciousness !== undefined) values.consciousness = reading.consciousness
  if (bloodPressure !== undefined) {
    const slash = bloodPressure.indexOf('/')
    values.systolic = Number(bloodPressure.slice(0, slash))
    values.diastolic = Number(bloodPressure.slice(slash + 1))
  }
  if (temperature !== undefined) {
    values.temperature = reading.temperatureUnit === '[degF]' ? toCelsius(temperature) : rounded(temperature)
  }
  return {
    index,
    patientId: reading.patientId ?? null,
    mrn: reading.mrn ?? null,
    sourceTime: typeof at === 'number' ? at : Date.parse(at),
    device: reading.device ?? null,
    values,
  }
}

/** Far finer than any sensor, and within what a single-precision column holds: 1e-50 is 0 to it, and an error. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

/** To the hundredth of a degree, as thermometers show it. */
function toCelsius(fahrenheit: number): number {
  return Math.round(((fahrenheit - 32) * 500) / 9) / 100
}

import type { IncomingReading, RowOutcome } from '@chartwire/db'
import { z } from 'zod'
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
  const {
    patientId = null,
    mrn = null,
    at,
    device = null,
    bloodPressure,
    temperature,
    temperatureUnit,
    ...values
  } = reading
  const measured: IncomingReading['values'] = {}
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) Object.assign(measured, { [name]: typeof value === 'number' ? rounded(value) : value })
  }
  if (bloodPressure !== undefined) {
    const [systolic, diastolic] = bloodPressure.split('/').map(Number)
    Object.assign(measured, { systolic, diastolic })
  }
  if (temperature !== undefined) {
    measured.temperature = temperatureUnit === '[degF]' ? toCelsius(temperature) : rounded(temperature)
  }
  return {
    index,
    patientId,
    mrn,
    sourceTime: typeof at === 'number' ? at : Date.parse(at),
    device,
    values: measured,
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

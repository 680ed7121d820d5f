import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { UsageError } from '../exit-code.ts'
import { CsvError, readCsv } from './csv.ts'
import { layoutFor, rowReader } from './layout.ts'
import type { RecordedReading, RowRefusal } from './recorded-reading.ts'

/** A reading and how many rows of the file went into it. */
interface RecordedRow {
  reading: RecordedReading
  rows: number
}

/** Everything that some files say. Held in memory: replaying in the order of time needs all of it. */
export interface Recording {
  layouts: { file: string; layout: string }[]
  /** Data rows read: readings' rows and refused rows together. */
  rows: number
  readings: RecordedRow[]
  refused: Map<RowRefusal, number>
}

export interface RecordingOptions {
  /** Our field to the file's column; empty to recognise the layout by its header. */
  map: ReadonlyMap<string, string>
  /** Most rows to read. */
  max: number
}

/**
 * Reads CSV files, plain or `.gz`.
 * @throws UsageError naming the file that is missing, damaged or of an unknown layout.
 */
export async function readRecording(files: readonly string[], options: RecordingOptions): Promise<Recording> {
  const recording: Recording = { layouts: [], rows: 0, readings: [], refused: new Map() }
  for (const file of files) {
    try {
      await readFileInto(recording, file, options)
    } catch (error) {
      if (error instanceof CsvError) throw new UsageError(`${file}: ${error.message}`, { cause: error })
      if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
        throw new UsageError(`${file} cannot be read (${error.code})`, { cause: error })
      }
      throw error
    }
  }
  return recording
}

async function readFileInto(recording: Recording, file: string, options: RecordingOptions): Promise<void> {
  let read: ReturnType<typeof rowReader> | undefined
  let joins = false
  for await (const { fields } of readCsv(textOf(file))) {
    if (recording.rows >= options.max) return
    if (read === undefined) {
      const header = fields.map((field) => field.trim())
      const layout = layoutFor(header, options.map, file)
      joins = layout.joinsRows === true
      read = rowReader(header, layout)
      recording.layouts.push({ file, layout: layout.name })
      continue
    }
    recording.rows++
    const row = read(fields)
    const refusal = row.kind === 'refused' ? row.reason : add(recording.readings, { reading: row.reading, joins })
    if (refusal !== undefined) recording.refused.set(refusal, (recording.refused.get(refusal) ?? 0) + 1)
  }
  if (read === undefined) throw new UsageError(`${file} is empty`)
}

/** Adds a reading, joined to the one before where a file spreads a reading over rows. */
function add(
  readings: RecordedRow[],
  { reading, joins }: { reading: RecordedReading; joins: boolean },
): RowRefusal | undefined {
  const last = joins ? readings.at(-1) : undefined
  if (last === undefined || last.reading.stay !== reading.stay || last.reading.time.ms !== reading.time.ms) {
    readings.push({ reading, rows: 1 })
    return undefined
  }
  const isOtherPressure =
    reading.pressureFrom !== undefined && (last.reading.pressureFrom ?? reading.pressureFrom) !== reading.pressureFrom
  if (isOtherPressure || Object.keys(reading.values).some((name) => name in last.reading.values)) {
    return 'measured twice in one minute'
  }
  Object.assign(last.reading.values, reading.values)
  if (reading.pressureFrom !== undefined) last.reading.pressureFrom = reading.pressureFrom
  last.rows++
  return undefined
}

function textOf(file: string): AsyncIterable<string> {
  const bytes = createReadStream(file)
  if (!file.endsWith('.gz')) return bytes.setEncoding('utf8')
  const unzipped = createGunzip().setEncoding('utf8')
  // The reader sees the error on the unzipped end; pipeline closes the file behind it.
  pipeline(bytes, unzipped, () => {})
  return unzipped
}

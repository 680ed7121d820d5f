import { UsageError } from '../exit-code.ts'
import { eicuWide } from './layouts/eicu.ts'
import { mappedLayout } from './layouts/mapped.ts'
import { mimicNumerics } from './layouts/mimic-numerics.ts'
import { physionetLong } from './layouts/physionet-long.ts'
import { physionetWide } from './layouts/physionet-wide.ts'
import { type RecordedReading, type RowReading, type RowRefusal, ValueError } from './recorded-reading.ts'

/** A field of the row by its column's name; undefined when the header has no such column. */
type Row = (column: string) => string | undefined

/** How one kind of file says vital signs. */
export interface Layout {
  name: string
  /** Columns that only this layout has together. */
  columns: readonly string[]
  read(row: Row): RowReading
  /** True when a reading is spread over neighbouring rows that must be joined. */
  joinsRows?: boolean
}

const KNOWN: readonly Layout[] = [physionetWide, physionetLong, mimicNumerics, eicuWide]

/** The layout of a header, or the one that `--map` describes. @throws UsageError when neither fits. */
export function layoutFor(header: readonly string[], map: ReadonlyMap<string, string>, file: string): Layout {
  const columns = new Set(header)
  if (map.size > 0) {
    for (const column of map.values()) {
      if (!columns.has(column)) throw new UsageError(`${file} has no column ${column}, which --map names`)
    }
    return mappedLayout(map)
  }
  const layout = KNOWN.find((known) => known.columns.every((column) => columns.has(column)))
  if (layout !== undefined) return layout
  throw new UsageError(`${file} has none of the known layouts: say with --map which column holds what`)
}

/** Reads rows of one file: checks their length, turns unreadable values into reasons. */
export function rowReader(header: readonly string[], layout: Layout): (fields: readonly string[]) => RowReading {
  const places = new Map(header.map((column, place) => [column, place]))
  let fields: readonly string[] = []
  const row: Row = (column) => {
    const place = places.get(column)
    return place === undefined ? undefined : fields[place]
  }
  return (next) => {
    if (next.length < header.length) return refused('row shorter than the header')
    if (next.length > header.length) return refused('row longer than the header')
    fields = next
    try {
      const read = layout.read(row)
      return read.kind === 'reading' ? check(read.reading) : read
    } catch (error) {
      if (error instanceof ValueError) return refused('a value is no number')
      throw error
    }
  }
}

function check(reading: RecordedReading): RowReading {
  if (reading.stay.trim() === '') return refused('no patient or stay')
  if (!Number.isFinite(reading.time.ms)) return refused('time is unreadable')
  const { supplementalOxygen: _, ...measured } = reading.values
  if (Object.keys(measured).length === 0) return refused('no vital sign in the row')
  return { kind: 'reading', reading }
}

function refused(reason: RowRefusal): RowReading {
  return { kind: 'refused', reason }
}

import { useState } from 'react'
import { dayAndTime, number } from '../words/format.ts'
import { parameterWords } from '../words/parameters.ts'
import type { NumericParameter } from '../ward/tile.ts'
import type { TrendPoint } from './trend.ts'

const rowsAtOnce = 30

/** The charts' values as a table, newest first: the same for who cannot see the charts, and for who wants the number. */
export function TrendTable({ trends }: { trends: Record<NumericParameter, readonly TrendPoint[]> }) {
  const [rows, setRows] = useState(rowsAtOnce)
  const parameters = (Object.keys(trends) as NumericParameter[]).filter((parameter) => trends[parameter].length > 0)
  const times = [...new Set(parameters.flatMap((parameter) => trends[parameter].map(({ at }) => at)))].sort(
    (a, b) => b - a,
  )
  const cells = new Map(
    parameters.map((parameter) => [parameter, new Map(trends[parameter].map((point) => [point.at, point]))]),
  )
  if (times.length === 0) return <p className="empty">No values in this time.</p>
  return (
    <>
      <div className="scroll" role="region" aria-label="Table of values" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {parameters.map((parameter) => (
                <th key={parameter} scope="col">
                  {parameterWords[parameter].name} <span className="hint">{parameterWords[parameter].unit}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.slice(0, rows).map((at) => (
              <tr key={at}>
                <th scope="row">{dayAndTime(at)}</th>
                {parameters.map((parameter) => (
                  <td key={parameter}>{cellText(cells.get(parameter)?.get(at), parameterWords[parameter].digits)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {times.length > rows && (
        <button type="button" onClick={() => setRows(rows + rowsAtOnce)}>
          Show {Math.min(rowsAtOnce, times.length - rows)} older of {times.length - rows}
        </button>
      )}
    </>
  )
}

/** A reading, or an hour's mean with its least and greatest value. */
function cellText(point: TrendPoint | undefined, digits: number): string {
  if (!point) return '–'
  const { value, range } = point
  return range
    ? `${number(value, digits)} (${number(range.low, digits)}–${number(range.high, digits)})`
    : number(value, digits)
}

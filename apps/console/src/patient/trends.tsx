import type { Reading } from '@chartwire/sdk'
import { useApi } from '@chartwire/sdk/react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useNow } from '../server-clock.ts'
import { ProblemNote } from '../words/problem-note.tsx'
import type { NumericParameter } from '../ward/tile.ts'
import { limitsFor, type Threshold } from './limits.ts'
import { TrendChart } from './trend-chart.tsx'
import { TrendTable } from './trend-table.tsx'
import { mergeReadings, type Span, spans, trendOf } from './trend.ts'
import { usePast } from './use-trend.ts'

const charts: { title: string; lines: { parameter: NumericParameter; colour: string }[] }[] = [
  { title: 'Heart rate', lines: [{ parameter: 'heartRate', colour: '--heart-rate' }] },
  { title: 'SpO₂', lines: [{ parameter: 'spo2', colour: '--spo2' }] },
  {
    title: 'Blood pressure',
    lines: [
      { parameter: 'systolic', colour: '--pressure' },
      { parameter: 'diastolic', colour: '--pressure' },
    ],
  },
  { title: 'Respiration', lines: [{ parameter: 'respiration', colour: '--respiration' }] },
  { title: 'Temperature', lines: [{ parameter: 'temperature', colour: '--temperature' }] },
]

const parameters: NumericParameter[] = ['heartRate', 'spo2', 'systolic', 'diastolic', 'respiration', 'temperature']
const noThresholds: Threshold[] = []

/** How the vital signs have gone, as charts and as a table, with what comes in added live. */
export function Trends({ patientId, live, isLive }: { patientId: string; live: readonly Reading[]; isLive: boolean }) {
  const [span, setSpan] = useState<Span>('1h')
  const [isTable, setTable] = useState(false)
  const now = useNow(span === '1h' ? 2000 : 10_000)
  const past = usePast(patientId, { span, isLive })
  const api = useApi()
  const thresholds = useQuery(api.thresholds.list.queryOptions({ patientId }))

  const trends = useMemo(() => {
    const { hours = [], readings = [], detailedSince = 0 } = past.data ?? {}
    const merged = mergeReadings(readings, live)
    const from = now - spans[span].ms
    return Object.fromEntries(
      parameters.map((parameter) => [parameter, trendOf(parameter, { hours, readings: merged, from, detailedSince })]),
    ) as Record<NumericParameter, ReturnType<typeof trendOf>>
  }, [past.data, live, now, span])
  const drawn = useMemo(
    () =>
      charts.map(({ title, lines }) => ({
        title,
        lines: lines.map((line) => ({ ...line, points: trends[line.parameter] })),
      })),
    [trends],
  )

  return (
    <section className="trends" aria-labelledby="trends-title">
      <div className="board-head">
        <h3 id="trends-title">Trends</h3>
        <fieldset className="segments">
          <legend className="unseen">Time shown</legend>
          {(Object.keys(spans) as Span[]).map((each) => (
            <label key={each}>
              <input type="radio" name="span" checked={span === each} onChange={() => setSpan(each)} />
              <span>{spans[each].label}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" className="toggle" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          As a table
        </button>
      </div>
      {past.isError && <ProblemNote error={past.error} />}
      {past.isPending && <p className="hint">Loading…</p>}
      {!spans[span].isDetailed && (
        <p className="hint">
          Each point is the mean of an hour; the band reaches from its lowest to its highest value.
        </p>
      )}
      {isTable ? (
        <TrendTable key={span} trends={trends} />
      ) : (
        <div className="trend-grid">
          {drawn.map(({ title, lines }) => (
            <TrendChart
              key={`${title}/${span}`}
              title={title}
              lines={lines}
              limits={limitsFor(lines[0]?.parameter ?? 'heartRate', thresholds.data ?? noThresholds, now)}
              span={span}
              now={now}
            />
          ))}
        </div>
      )}
    </section>
  )
}

import { bloodPressure, duration, number } from '../words/format.ts'
import { consciousnessWords, parameterWords } from '../words/parameters.ts'
import { News2Badge, refusalWords } from '../ward/news2-badge.tsx'
import type { News2Parameter, Tile } from '../ward/tile.ts'

const order: News2Parameter[] = [
  'respiration',
  'spo2',
  'supplementalOxygen',
  'systolic',
  'heartRate',
  'consciousness',
  'temperature',
]

/** How the score comes about, part by part. */
export function News2Panel({ tile }: { tile: Tile }) {
  const { news2 } = tile
  return (
    <section className="panel" aria-labelledby="news2-title">
      <div className="panel-head">
        <h3 id="news2-title">NEWS2</h3>
        <News2Badge news2={news2} />
      </div>
      {news2 === null && <p className="hint">No score yet: nothing has been measured.</p>}
      {news2?.status === 'refused' && (
        <p className="hint">{refusalWords(news2.reason)}. NEWS2 is made for adults who are not pregnant.</p>
      )}
      {news2 !== null && news2.status !== 'refused' && (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">Part</th>
                <th scope="col">Value</th>
                <th scope="col">Points</th>
              </tr>
            </thead>
            <tbody>
              {order.map((parameter) => {
                const points = news2.subscores[parameter]
                return (
                  <tr key={parameter} data-points={points}>
                    <th scope="row">{parameterWords[parameter].name}</th>
                    <td>{valueText(tile, parameter)}</td>
                    <td>
                      {points ?? (news2.stale.includes(parameter) ? 'too old' : 'missing')}
                      {points === 3 && <span className="mark">single 3</span>}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
          <p className="hint">
            {news2.recommendedIntervalMinutes === 0
              ? 'Continuous monitoring is recommended.'
              : `Recommended: measure at least every ${duration(news2.recommendedIntervalMinutes * 60_000)}.`}
            {news2.status === 'partial' &&
              ' The score is partial: it may be higher once the missing parts are measured.'}
          </p>
          <p className="hint">NEWS2 © Royal College of Physicians 2017.</p>
        </>
      )}
    </section>
  )
}

function valueText({ latest }: Tile, parameter: News2Parameter): string {
  switch (parameter) {
    case 'systolic':
      return latest.systolic ? `${bloodPressure(latest.systolic.value, latest.diastolic?.value)} mmHg` : '–'
    case 'supplementalOxygen':
      return latest.supplementalOxygen ? (latest.supplementalOxygen.value ? 'On oxygen' : 'On air') : '–'
    case 'consciousness':
      return latest.consciousness ? consciousnessWords[latest.consciousness.value] : '–'
    case 'heartRate':
    case 'spo2':
    case 'temperature':
    case 'respiration': {
      const { digits, unit } = parameterWords[parameter]
      return latest[parameter] ? `${number(latest[parameter].value, digits)} ${unit}` : '–'
    }
  }
}

import { bloodPressure, number } from '../words/format.ts'
import { consciousnessWords } from '../words/parameters.ts'
import type { Tile } from './tile.ts'
import { VitalValue } from './vital-value.tsx'

/** All vital signs of one patient, the two that change fastest first and large. */
export function Vitals({ tile, now }: { tile: Tile; now: number }) {
  const { heartRate, spo2, systolic, diastolic, temperature, respiration, consciousness, supplementalOxygen } =
    tile.latest
  const of = { tile, now }
  return (
    <dl className="vitals">
      <VitalValue {...of} parameter="heartRate" size="large" text={number(heartRate?.value)} />
      <VitalValue {...of} parameter="spo2" size="large" text={number(spo2?.value)}>
        {supplementalOxygen?.value === true && (
          <span className="oxygen">
            <span aria-hidden="true">O₂</span>
            <span className="unseen">on oxygen</span>
          </span>
        )}
      </VitalValue>
      <VitalValue
        {...of}
        parameter="systolic"
        also={['diastolic']}
        label="BP"
        unit=""
        text={bloodPressure(systolic?.value, diastolic?.value)}
      />
      <VitalValue {...of} parameter="temperature" unit="" text={number(temperature?.value, 1)} />
      <VitalValue {...of} parameter="respiration" unit="" text={number(respiration?.value)} />
      <VitalValue {...of} parameter="consciousness" text={consciousness?.value ?? '–'}>
        {consciousness !== null && <span className="unseen">, {consciousnessWords[consciousness.value]}</span>}
      </VitalValue>
    </dl>
  )
}

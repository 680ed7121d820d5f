import type { Tracks } from '../alarms/tracks.ts'
import type { Trend } from '../alarms/trend.ts'
import type { NumericParameter, Parameter, VitalTypes } from './parameters.ts'

/** A value and when it was true, in epoch milliseconds. */
export interface Measured<Value> {
  value: Value
  /** The effective time: what the device said, or the time of receipt when its clock ran ahead. */
  at: number
  /** What the device's clock said; present only where that is not `at`. */
  sourceAt?: number
  /** When the server received it; present only where that is not within `PROMPT_MS` of `at`. */
  receivedAt?: number
}

/** Ordinary transport: a receipt this close to the measurement is not worth remembering. */
const PROMPT_MS = 5_000

export function measure<Value>(
  value: Value,
  times: { at: number; sourceTime: number; receivedAt: number },
): Measured<Value> {
  const { at, sourceTime, receivedAt } = times
  const measured: Measured<Value> = { value, at }
  if (sourceTime !== at) measured.sourceAt = sourceTime
  if (Math.abs(receivedAt - at) > PROMPT_MS) measured.receivedAt = receivedAt
  return measured
}

/** How far a value's own time lies behind the server's: a slow clock or a slow way, in milliseconds. */
export function lagOf(measured: Measured<unknown>): number {
  return (measured.receivedAt ?? measured.at) - measured.at
}

export type LatestValues = { [P in Parameter]?: Measured<VitalTypes[P]> }

/**
 * All that monitoring remembers of one patient between two readings. Plain JSON, kept in one jsonb column: what does
 * not hold is an absent key, never a null, and a state survives a JSON round trip unchanged.
 */
export interface MonitorState {
  latest: LatestValues
  /** Newest effective time of any accepted value; absent before the first. */
  at?: number
  /** Server time of the last reading that brought an accepted value, or when monitoring began. */
  heardAt?: number
  /** Where each family of alarm rules stands, by the family's name; a quiet family has no key. */
  tracks: Tracks
  /** The recent past of the parameters with a rate-of-change rule. */
  trends: { [P in NumericParameter]?: Trend }
}

/**
 * The state before the first reading. With `monitoredSince` (epoch milliseconds) a monitor that never sends anything
 * is missed from then on; without it silence counts from the first reading.
 */
export function emptyMonitorState(monitoredSince?: number): MonitorState {
  const state: MonitorState = { latest: {}, tracks: {}, trends: {} }
  if (monitoredSince !== undefined) state.heardAt = monitoredSince
  return state
}

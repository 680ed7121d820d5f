import type { Measured } from './monitor-state.ts'

/** How far a device's clock may run ahead of the server's before it is disbelieved. */
const CLOCK_TOLERANCE_MS = 60_000

/** Milliseconds a reading's clock runs ahead, 0 within the tolerance. A late reading is no wrong clock. */
export function clockSkew(sourceTime: number, receivedAt: number): number {
  const ahead = sourceTime - receivedAt
  return ahead > CLOCK_TOLERANCE_MS ? ahead : 0
}

/**
 * Whether a value supersedes the one held. An equal time is the same reading again; only readings that were all pulled
 * back to one time of receipt (a batch from a clock ahead) are told apart by what their own clock said.
 */
export function supersedes(
  held: Measured<unknown> | undefined,
  { at, sourceTime }: { at: number; sourceTime: number },
): boolean {
  if (held === undefined) return true
  if (at !== held.at) return at > held.at && sourceTime !== held.sourceAt
  return held.sourceAt !== undefined && sourceTime > held.sourceAt
}

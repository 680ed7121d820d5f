/**
 * A PostgreSQL snapshot as text, `xmin:xmax:xip,...`: exactly the set of transactions whose effects a reader has seen.
 * It is the cursor of every live stream. A number from a sequence would skip rows, since sequence values become visible
 * out of order; a snapshot cannot: whatever is not in it is still to come, in whatever order it commits.
 */
export interface Snapshot {
  text: string
  xmin: number
  xmax: number
  inProgress: ReadonlySet<number>
}

const form = /^(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)$/

/** Null when the text is no snapshot. */
export function parseSnapshot(text: string): Snapshot | null {
  const match = form.exec(text)
  if (!match) return null
  const [, xmin = '', xmax = '', xip = ''] = match
  if (Number(xmin) > Number(xmax)) return null
  return {
    text,
    xmin: Number(xmin),
    xmax: Number(xmax),
    inProgress: new Set(xip === '' ? [] : xip.split(',').map(Number)),
  }
}

/** Whether a transaction's effects are in the snapshot; the same decision as `pg_visible_in_snapshot`. */
export function isSeen(xid: number, { xmin, xmax, inProgress }: Snapshot): boolean {
  if (xid < xmin) return true
  return xid < xmax && !inProgress.has(xid)
}

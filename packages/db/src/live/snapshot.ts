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

/** Null when the text is no snapshot: what passes here, `pg_snapshot` takes as well. */
export function parseSnapshot(text: string): Snapshot | null {
  const match = form.exec(text)
  if (!match) return null
  const [, xminText = '', xmaxText = '', xip = ''] = match
  const [xmin, xmax] = [Number(xminText), Number(xmaxText)]
  const inProgress = xip === '' ? [] : xip.split(',').map(Number)
  const isOrdered = inProgress.every((xid, index) => xid >= xmin && xid < xmax && xid > (inProgress[index - 1] ?? 0))
  if (xmin < 1 || xmin > xmax || xmax > Number.MAX_SAFE_INTEGER || !isOrdered) return null
  return { text, xmin, xmax, inProgress: new Set(inProgress) }
}

/** Whether one snapshot was taken before another: between two with the same end, transactions only finish. */
export function isOlder(one: Snapshot, other: Snapshot): boolean {
  return one.xmax < other.xmax || (one.xmax === other.xmax && one.inProgress.size > other.inProgress.size)
}

/** Whether a transaction's effects are in the snapshot; the same decision as `pg_visible_in_snapshot`. */
export function isSeen(xid: number, { xmin, xmax, inProgress }: Snapshot): boolean {
  if (xid < xmin) return true
  return xid < xmax && !inProgress.has(xid)
}

/** One page of a list. `next` is given back as `after` for the page after it; null on the last one. */
export interface Page<Item> {
  items: Item[]
  next: string | null
}

/** A page of rows of which one more than `limit` were asked for: that one tells whether there is a page after it. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && rows.length > limit ? cursorOf(last) : null }
}

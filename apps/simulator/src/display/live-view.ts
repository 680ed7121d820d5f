/** Rows of a table; the first column names, the others say. */
type Rows = readonly (readonly string[])[]

/** Where a command's figures go while it runs and when it ends. */
export interface Display {
  /** Shows present figures; called as often as one likes, drawn a few times a second. */
  figures(make: () => Rows): void
  /** A line that stays. */
  line(text: string): void
  /** A titled table that stays. */
  table(title: string, rows: Rows): void
}

export interface Screen {
  isTTY?: boolean
  write(text: string): unknown
}

/** Repaints figures in place on a terminal; elsewhere writes one plain line now and then. */
export function openDisplay(screen: Screen, now: () => number): Display {
  let painted = 0
  let drawnAt = Number.NEGATIVE_INFINITY
  const interval = screen.isTTY === true ? 250 : 5000
  const wipe = () => {
    if (painted > 0) screen.write(`\u001B[${painted}A\u001B[J`)
    painted = 0
  }
  const line = (text: string) => {
    wipe()
    screen.write(`${text}\n`)
  }
  return {
    figures: (make) => {
      if (now() - drawnAt < interval) return
      drawnAt = now()
      if (screen.isTTY !== true) {
        const parts = make().map((row) => row.join(' '))
        screen.write(`${parts.join(' · ')}\n`)
        return
      }
      wipe()
      const lines = layOut(make())
      screen.write(`${lines.join('\n')}\n`)
      painted = lines.length
    },
    line,
    table: (title, rows) => line(rows.length === 0 ? title : `${title}\n${layOut(rows).join('\n')}`),
  }
}

function layOut(rows: Rows): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map((row) =>
    `  ${row.map((cell, column) => pad(cell, { column, width: widths[column] ?? 0 })).join('  ')}`.trimEnd(),
  )
}

/** Names to the left, figures to the right. */
function pad(cell: string, { column, width }: { column: number; width: number }): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}

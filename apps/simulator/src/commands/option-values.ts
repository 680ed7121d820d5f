import { InvalidArgumentError } from 'commander'

interface Range {
  min: number
  max: number
  /** Whole numbers only. */
  whole?: boolean
}

/** An option's number within a range; the message says what the option wants. */
export function numberIn({ min, max, whole = false }: Range): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (value.trim() !== '' && number >= min && number <= max && (!whole || Number.isInteger(number))) return number
    const most = Number.isFinite(max) ? ` to ${max}` : ' or more'
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number of ${min}${most}.`)
  }
}

/** An option's JSON value. */
export function json(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON (${error instanceof Error ? error.message : 'unreadable'}).`)
  }
}

/** An instant as ISO 8601, in epoch milliseconds. */
export function instant(value: string): number {
  const time = Date.parse(value)
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be a time such as 2026-11-22T08:00:00Z.')
  return time
}

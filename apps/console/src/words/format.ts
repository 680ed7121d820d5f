const absent = '–'

/** A number as a chart has it: whole, a temperature to the tenth; a dash for none. */
export function number(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined || !Number.isFinite(value) ? absent : value.toFixed(digits)
}

/** `118/76`, with a dash for a half that is not known. */
export function bloodPressure(systolic: number | null | undefined, diastolic: number | null | undefined): string {
  if (systolic === null || systolic === undefined) return absent
  return `${number(systolic)}/${number(diastolic)}`
}

/** A length of time, short, with the two largest units at most: `45 s`, `12 min`, `1 h 05`, `2 d`. Floors, never negative. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${String(minutes % 60).padStart(2, '0')}`
  const days = Math.floor(hours / 24)
  return days < 3 && hours % 24 > 0 ? `${days} d ${hours % 24} h` : `${days} d`
}

/** The same in words that a screen reader speaks well: `1 hour 5 minutes`. */
export function spokenDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return plural(seconds, 'second')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return plural(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours < 24) return rest === 0 ? plural(hours, 'hour') : `${plural(hours, 'hour')} ${plural(rest, 'minute')}`
  return plural(Math.floor(hours / 24), 'day')
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** Times are shown by the clock of the screen's place. */
export const timeOfDay = (at: string | number): string => clock.format(new Date(at))
export const timeToSecond = (at: string | number): string => clockWithSeconds.format(new Date(at))
export const dayAndTime = (at: string | number): string => dayAndClock.format(new Date(at))

/** Whole years on a day; both `YYYY-MM-DD`. */
export function ageInYears(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}

import type { News2 } from './tile.ts'

export const bandWords = { low: 'Low', 'low-medium': 'Low–medium', medium: 'Medium', high: 'High' } as const
/** Filled bars out of three: the band without its colour. */
const bandBars = { low: 0, 'low-medium': 1, medium: 2, high: 3 } as const

const refusals = {
  under_16: 'Not scored: under 16',
  pregnant: 'Not scored: pregnant',
  age_unknown: 'Not scored: age unknown',
} as const

export const refusalWords = (reason: keyof typeof refusals): string => refusals[reason]

/** NEWS2 with its risk band. `≥` says that a value is missing and the score may be higher. */
export function News2Badge({ news2 }: { news2: News2 | null }) {
  if (news2 === null || news2.status === 'refused') {
    const why = news2 === null ? 'No score yet' : refusalWords(news2.reason)
    return (
      <p className="news2" data-band="none" title={why}>
        <span className="news2-label">NEWS2</span>
        <span className="news2-score" aria-hidden="true">
          –
        </span>
        <span className="unseen">{why}</span>
      </p>
    )
  }
  const isPartial = news2.status === 'partial'
  return (
    <p className="news2" data-band={news2.band}>
      <span className="news2-label">NEWS2</span>
      <span className="news2-score">
        {isPartial && (
          <>
            <span aria-hidden="true">≥</span>
            <span className="unseen">at least </span>
          </>
        )}
        {news2.score}
      </span>
      <span className="news2-band">
        <span className="bars" aria-hidden="true">
          {[1, 2, 3].map((bar) => (
            <i key={bar} data-filled={bar <= bandBars[news2.band]} />
          ))}
        </span>
        {bandWords[news2.band]}
        <span className="unseen"> risk.</span>
      </span>
      {(news2.hasSingleThree || isPartial) && (
        <span className="news2-marks">
          {news2.hasSingleThree && <span className="mark">3 in one</span>}
          {isPartial && <span className="mark">partial</span>}
        </span>
      )}
    </p>
  )
}

import { UsageError } from '../exit-code.ts'

/** What a service level speaks of. Latencies in ms, shares 0 to 1, rates per second. */
export type Metric = `p${number}` | 'min' | 'mean' | 'max' | 'errors' | 'rate' | 'achieved'

export interface ServiceLevel {
  /** As the user wrote it. */
  text: string
  metric: Metric
  comparison: '<' | '<=' | '>' | '>='
  limit: number
}

export interface JudgedLevel extends ServiceLevel {
  actual: number
  isMet: boolean
}

/**
 * Reads service levels such as `p99<200ms,errors<0.1%,rate>=500/s`. Latencies (`p50`, `p99.9`, `min`, `mean`, `max`) need
 * `us`, `ms` or `s`; `errors` and `achieved` (of the asked rate) need `%`; `rate` may end in `/s`.
 * @throws UsageError naming the part that is none.
 */
export function parseServiceLevels(text: string): ServiceLevel[] {
  return text.split(',').map((part) => {
    const level = parseOne(part.trim())
    if (level !== undefined) return level
    throw new UsageError(`--slo wants parts such as p99<200ms, errors<0.1% or rate>=500/s; "${part.trim()}" is none`)
  })
}

export function judge(levels: readonly ServiceLevel[], valueOf: (metric: Metric) => number): JudgedLevel[] {
  return levels.map((level) => {
    const actual = valueOf(level.metric)
    return { ...level, actual, isMet: holds(actual, level) }
  })
}

function parseOne(text: string): ServiceLevel | undefined {
  const [, metric, comparison, digits, unit = ''] =
    /^(p\d{1,2}(?:\.\d+)?|min|mean|max|errors|rate|achieved)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%|\/s)?$/.exec(
      text,
    ) ?? []
  if (metric === undefined || comparison === undefined || digits === undefined) return undefined
  const factor = UNITS[kindOf(metric)][unit]
  if (factor === undefined) return undefined
  return {
    text,
    metric: metric as Metric,
    comparison: comparison as ServiceLevel['comparison'],
    limit: Number(digits) * factor,
  }
}

function kindOf(metric: string): keyof typeof UNITS {
  if (metric === 'rate') return 'rate'
  return metric === 'errors' || metric === 'achieved' ? 'share' : 'latency'
}

function holds(actual: number, { comparison, limit }: ServiceLevel): boolean {
  if (actual === limit) return comparison === '<=' || comparison === '>='
  return comparison.startsWith('<') ? actual < limit : actual > limit
}

const UNITS: Record<'latency' | 'share' | 'rate', Partial<Record<string, number>>> = {
  latency: { us: 0.001, ms: 1, s: 1000 },
  share: { '%': 0.01 },
  rate: { '': 1, '/s': 1 },
}

import type { LoadReport } from '@chartwire/reports'
import type { Clock } from '../clock.ts'
import { openCaller } from './http-caller.ts'
import { runClosedModel, runOpenModel } from './models.ts'
import { judge, type Metric, type ServiceLevel } from './slo.ts'
import { Tally } from './tally.ts'
import type { LoadTarget } from './target.ts'

export type LoadModel = { kind: 'open'; rate: number; connections: number } | { kind: 'closed'; concurrency: number }

export interface LoadOptions {
  target: LoadTarget
  model: LoadModel
  durationS: number
  warmUpS: number
  timeoutMs: number
  levels: readonly ServiceLevel[]
  clock: Clock
  signal: AbortSignal
  onFigures?: (figures: { elapsedS: number; tally: Tally }) => void
}

/** Runs the warm-up and the measured part; failures are counted, never thrown. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { clock, model, target } = options
  const connections = model.kind === 'open' ? model.connections : model.concurrency
  const caller = openCaller(target, { connections, timeoutMs: options.timeoutMs })
  const startsAt = clock.now()
  const measuredFrom = startsAt + options.warmUpS * 1000
  const endsAt = measuredFrom + options.durationS * 1000
  const tally = new Tally(measuredFrom)
  const run = {
    call: caller.call,
    clock,
    tally,
    startsAt,
    endsAt,
    signal: options.signal,
    onTick: () => options.onFigures?.({ elapsedS: (clock.now() - startsAt) / 1000, tally }),
  }
  try {
    if (model.kind === 'open') await runOpenModel({ ...run, rate: model.rate, most: connections })
    else await runClosedModel({ ...run, concurrency: model.concurrency })
  } finally {
    await caller.close()
  }
  const measuredS = Math.max(0.001, (Math.min(clock.now(), endsAt) - measuredFrom) / 1000)
  return report(options, { tally, measuredS, startedAt: new Date(measuredFrom).toISOString() })
}

function report(
  { target, model, levels, warmUpS }: LoadOptions,
  { tally, measuredS, startedAt }: { tally: Tally; measuredS: number; startedAt: string },
): LoadReport {
  const latency = tally.finish()
  const rate = (tally.requests - tally.errors) / measuredS
  const achieved = model.kind === 'open' ? Math.min(1, rate / model.rate) : 1
  const errorShare = tally.requests === 0 ? 1 : tally.errors / tally.requests
  const valueOf = (metric: Metric): number => {
    switch (metric) {
      case 'errors':
        return errorShare
      case 'rate':
        return rate
      case 'achieved':
        return achieved
      case 'min':
      case 'mean':
      case 'max':
        return latency[metric]
      default:
        return tally.latency.at(Number(metric.slice(1)))
    }
  }
  return {
    target: target.name,
    origin: target.origin,
    model:
      model.kind === 'open'
        ? { kind: 'open', ratePerSecond: model.rate, connections: model.connections }
        : { kind: 'closed', concurrency: model.concurrency },
    startedAt,
    warmUpS,
    measuredS,
    requests: tally.requests,
    errors: tally.errors,
    errorShare,
    outcomes: Object.fromEntries(tally.outcomes),
    ratePerSecond: rate,
    achievedShare: achieved,
    latencyMs: latency,
    curve: CURVE.map((percentile) => ({ percentile, ms: tally.latency.at(percentile) })),
    seconds: tally.seconds.filter(({ second }) => second < measuredS),
    serviceLevels: judge(levels, valueOf),
  }
}

/** Points of the percentile chart, denser towards the tail. */
const CURVE = [0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.7, 99.9, 99.95, 99.99]

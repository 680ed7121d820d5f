import { Eta } from 'eta'
import { join } from 'node:path'
import { loadFigures } from './load-charts.ts'
import type { LoadReport } from './load-report.ts'

export type { LoadReport } from './load-report.ts'

const eta = new Eta({ views: join(import.meta.dirname, 'templates'), autoEscape: true, cache: true, varName: 'page' })

/** One self-contained HTML page: no script, nothing fetched, light and dark. Everything from the report is escaped. */
export function renderLoadReport(report: LoadReport): string {
  const { model } = report
  const isFailed = report.serviceLevels.some((level) => !level.isMet)
  return eta.render('./page', {
    report,
    figures: loadFigures(report),
    verdict: report.serviceLevels.length === 0 ? 'measured' : isFailed ? 'missed' : 'met',
    model:
      model.kind === 'open'
        ? `open, ${number(model.ratePerSecond)} requests/s over up to ${model.connections} connections`
        : `closed, ${model.concurrency} users`,
    headline: [
      { name: 'requests', value: number(report.requests) },
      { name: 'answers/s', value: number(report.ratePerSecond) },
      { name: 'errors', value: percent(report.errorShare) },
      ...(model.kind === 'open' ? [{ name: 'of rate asked', value: percent(report.achievedShare) }] : []),
      { name: 'p50', value: milliseconds(report.latencyMs.percentiles['p50'] ?? 0) },
      { name: 'p99', value: milliseconds(report.latencyMs.percentiles['p99'] ?? 0) },
    ],
    latencies: [
      ...Object.entries(report.latencyMs.percentiles),
      ['max', report.latencyMs.max] as const,
      ['mean', report.latencyMs.mean] as const,
    ].map(([name, ms]) => ({ name, value: milliseconds(ms) })),
    outcomes: Object.entries(report.outcomes)
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, answers]) => ({ name, value: number(answers) })),
    levels: report.serviceLevels.map((level) => ({ ...level, shown: shown(level) })),
  })
}

function shown({ metric, actual }: { metric: string; actual: number }): string {
  if (metric === 'errors' || metric === 'achieved') return percent(actual)
  return metric === 'rate' ? `${number(actual)}/s` : milliseconds(actual)
}

function number(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 1 : 0 })
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-GB', { maximumFractionDigits: 2 })} %`
}

function milliseconds(value: number): string {
  return `${value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 2 : 1 })} ms`
}

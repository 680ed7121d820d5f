import { expect, test } from 'vitest'
import { type LoadReport, renderLoadReport } from './render-load-report.ts'

const report = (given: Partial<LoadReport> = {}): LoadReport => ({
  target: 'patients.list',
  origin: 'http://127.0.0.1:4000',
  model: { kind: 'open', ratePerSecond: 500, connections: 100 },
  startedAt: '2026-11-22T08:00:00.000Z',
  warmUpS: 2,
  measuredS: 2,
  requests: 1000,
  errors: 1,
  errorShare: 0.001,
  outcomes: { 200: 999, 503: 1 },
  ratePerSecond: 499.5,
  achievedShare: 0.999,
  latencyMs: { count: 1000, min: 1, mean: 3, max: 40, percentiles: { p50: 2.5, p99: 20 } },
  curve: [
    { percentile: 0, ms: 1 },
    { percentile: 99.99, ms: 40 },
  ],
  seconds: [
    { second: 0, requests: 500, errors: 0, p50: 2, p95: 8, p99: 20 },
    { second: 1, requests: 500, errors: 1, p50: 3, p95: 9, p99: 21 },
  ],
  serviceLevels: [{ text: 'p99<30ms', metric: 'p99', actual: 20, isMet: true }],
  ...given,
})

test('shows figures, verdicts and three charts in one page that fetches nothing and runs nothing', () => {
  const html = renderLoadReport(report())
  expect(html.match(/<svg /g)).toHaveLength(3)
  expect(html).toContain('<dd>0.1 %</dd>')
  expect(html).toContain('✓ met')
  expect(html).toContain('prefers-color-scheme: dark')
  expect(html).not.toMatch(/<script|<link|<img|url\(|@import|src=/)
})

test('whatever the server or the user wrote is escaped, in the page and in the drawings', () => {
  const attack = '</style></svg><script>alert("1")</script>&\''
  const html = renderLoadReport(
    report({
      target: attack,
      origin: attack,
      outcomes: { [attack]: 1 },
      startedAt: attack,
      serviceLevels: [{ text: attack, metric: attack, actual: 1, isMet: false }],
      latencyMs: { count: 1, min: 1, mean: 1, max: 1, percentiles: { [attack]: 1 } },
    }),
  )
  expect(html).not.toContain('<script')
  expect(html.match(/<\/style>/g)).toHaveLength(1)
  expect(html.match(/<\/svg>/g)).toHaveLength(3)
  expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(5)
})

test('a missed level and a run without answers are shown as what they are', () => {
  const html = renderLoadReport(
    report({
      model: { kind: 'closed', concurrency: 10 },
      requests: 0,
      errorShare: 1,
      seconds: [],
      curve: [],
      outcomes: {},
      serviceLevels: [{ text: 'errors<1%', metric: 'errors', actual: 1, isMet: false }],
    }),
  )
  expect(html).toContain('class="verdict missed"')
  expect(html).toContain('closed, 10 users')
  expect(html).not.toMatch(/NaN|undefined|Infinity/)
})

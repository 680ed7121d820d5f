import { expect, test } from 'vitest'
import { judge, parseServiceLevels } from './slo.ts'

test.each([
  ['p99<200ms', 'p99', '<', 200],
  ['p99.9 <= 1.5s', 'p99.9', '<=', 1500],
  ['p50<250us', 'p50', '<', 0.25],
  ['max<2s', 'max', '<', 2000],
  ['errors<0.1%', 'errors', '<', 0.001],
  ['rate>=500/s', 'rate', '>=', 500],
  ['rate>500', 'rate', '>', 500],
  ['achieved>=95%', 'achieved', '>=', 0.95],
])('%s is read', (text, metric, comparison, limit) => {
  const [level] = parseServiceLevels(text)
  expect(level).toMatchObject({ text, metric, comparison })
  expect(level?.limit).toBeCloseTo(limit, 9)
})

test.each([
  '',
  'p99',
  'p99<200',
  'p99<fast',
  'errors<0.1',
  'rate>=5ms',
  'p100<1ms',
  'p99=200ms',
  'p99<-1ms',
  'p99<1ms,',
  'latency<1ms',
])('"%s" is refused by name', (text) => {
  expect(() => parseServiceLevels(text)).toThrow('--slo wants')
})

test('at the limit only the comparisons with = hold', () => {
  const levels = parseServiceLevels('p99<200ms,p99<=200ms,p99>200ms,p99>=200ms')
  expect(judge(levels, () => 200).map(({ isMet }) => isMet)).toEqual([false, true, false, true])
  expect(judge(levels, () => 199).map(({ isMet }) => isMet)).toEqual([true, true, false, false])
  expect(judge(levels, () => 201).map(({ isMet }) => isMet)).toEqual([false, false, true, true])
})

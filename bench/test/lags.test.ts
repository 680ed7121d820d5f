import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Lags } from '../src/harness/lags.ts'

it('gives quantiles as sorting would, to a step of 10 ms', () => {
  const samples = fc.array(fc.double({ min: 0, max: 59, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(samples, fc.double({ min: 0.01, max: 1, noNaN: true }), (lags, share) => {
      const counted = new Lags()
      for (const lag of lags) counted.add(lag)
      const exact = lags.toSorted((a, b) => a - b)[Math.ceil(lags.length * share) - 1] ?? 0
      expect(counted.quantile(share) - exact).toBeGreaterThanOrEqual(-1e-9)
      expect(counted.quantile(share) - exact).toBeLessThan(0.010_01)
    }),
  )
})

it('counts what is later than a minute as a minute, and nothing as 0', () => {
  const lags = new Lags()
  expect(lags.quantile(0.95)).toBe(0)
  lags.add(400)
  expect(lags.quantile(0.95)).toBe(60)
})

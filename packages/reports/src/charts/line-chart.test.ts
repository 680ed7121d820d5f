import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawLineChart } from './line-chart.ts'
import { scaleTo } from './scale.ts'

test('ticks are round numbers that cover the highest value', () => {
  const ticks = (most: number) => scaleTo(most, { from: 100, to: 0, ticks: 4 }).ticks
  expect(ticks(0)).toEqual([0, 1])
  expect(ticks(7)).toEqual([0, 2, 4, 6, 8])
  expect(ticks(400)).toEqual([0, 100, 200, 300, 400])
  expect(ticks(0.03)).toEqual([0, 0.01, 0.02, 0.03])
})

test('every value lies inside the drawing, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
      const scale = scaleTo(Math.max(...values), { from: 226, to: 14, ticks: 4 })
      for (const value of values) {
        expect(scale.toPixel(value)).toBeGreaterThanOrEqual(14 - 1e-6)
        expect(scale.toPixel(value)).toBeLessThanOrEqual(226)
      }
      expect(scale.ticks.length).toBeLessThanOrEqual(6)
    }),
  )
})

test('one value is drawn as a dot, and text from outside is escaped', () => {
  const svg = drawLineChart({
    title: '"><script>',
    unit: '<b>',
    labels: ['</text>'],
    series: [{ name: 'x', tone: 1, values: [3] }],
  })
  expect(svg).toContain('<circle')
  expect(svg).not.toMatch(/<script|<b>|<\/text><\/text>/)
})

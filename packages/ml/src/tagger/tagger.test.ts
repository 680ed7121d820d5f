import { expect, test } from 'vitest'
import { posteriors, viterbi } from './chain.ts'
import { spansOf } from './labels.ts'
import { packModel, unpackModel } from './model.ts'

test('posteriors and the best path agree with counting all sequences', () => {
  const chain = { labels: 2, transitions: Float64Array.from([0.5, -1, 0.2, 0.8]) }
  const scores = Float64Array.from([1, 0, 0, 2, 0.5, 0.4])
  const total = new Float64Array(6)
  let partition = 0
  let best = { score: -Infinity, path: [0, 0, 0] }
  for (const path of [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n >> 2, (n >> 1) & 1, n & 1])) {
    let score = 0
    for (let t = 0; t < 3; t++)
      score +=
        (scores[t * 2 + (path[t] ?? 0)] ?? 0) +
        (t > 0 ? (chain.transitions[(path[t - 1] ?? 0) * 2 + (path[t] ?? 0)] ?? 0) : 0)
    partition += Math.exp(score)
    for (let t = 0; t < 3; t++) total[t * 2 + (path[t] ?? 0)] = (total[t * 2 + (path[t] ?? 0)] ?? 0) + Math.exp(score)
    if (score > best.score) best = { score, path }
  }
  const { unary, logPartition } = posteriors(chain, scores)
  expect(logPartition).toBeCloseTo(Math.log(partition), 9)
  for (let i = 0; i < 6; i++) expect(unary[i]).toBeCloseTo((total[i] ?? 0) / partition, 9)
  expect([...viterbi(chain, scores)]).toEqual(best.path)
})

test('labels become spans; an inside label without a beginning opens one', () => {
  expect(spansOf([0, 1, 2, 0, 4, 4, 1], ['symptom', 'condition'])).toEqual([
    { type: 'symptom', from: 1, to: 3 },
    { type: 'condition', from: 4, to: 6 },
    { type: 'symptom', from: 6, to: 7 },
  ])
})

test('a packed model scores as it was', () => {
  const model = unpackModel(
    packModel({
      names: ['a', 'b'],
      transitions: [1.5],
      quantum: 0.5,
      features: new Map([
        [7, [[1, -4]]],
        [
          0xffffffff,
          [
            [0, 127],
            [1, 2],
          ],
        ],
      ]),
    }),
  )
  const scores = new Float64Array(4)
  for (const feature of [7, 0xffffffff, 12]) model.addScore(feature, scores, 2, 1)
  expect([...scores]).toEqual([0, 0, 63.5, -1])
  expect(model).toMatchObject({ names: ['a', 'b'], transitions: Float64Array.from([1.5]) })
})

import { expect, test } from 'vitest'
import { triage, triageApart } from './index.ts'

test('the thread answers as the rules do, several at once', async () => {
  const texts = ['my chest hurts', 'runny nose', 'No chest pain.']
  const answers = await Promise.all(texts.map((text) => triageApart({ text })))
  expect(answers).toEqual(texts.map((text) => triage({ text })))
})

test('more than it can take are told, and those that wait are answered', async () => {
  const all = await Promise.allSettled(Array.from({ length: 150 }, () => triageApart({ text: 'fever' })))
  expect(all.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(100)
  const refused = all.find((one) => one.status === 'rejected')
  expect(refused?.reason).toMatchObject({ name: 'TriageUnavailable' })
})

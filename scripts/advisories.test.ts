import { expect, test } from 'vitest'
import { judge } from './advisories.ts'

const now = new Date('2026-11-24T00:00:00Z')
const answer = JSON.stringify({
  advisories: { 1: { github_advisory_id: 'GHSA-1', module_name: 'left-pad', severity: 'high', title: 'Pads' } },
})
const reason = { because: 'Nothing is padded.', until: '2026-12-31' }

test('an advisory needs a reason, and one that still holds', () => {
  expect(judge(answer, {}, now)).toEqual({ answered: true, lines: [], faults: ['GHSA-1 left-pad (high): Pads'] })
  expect(judge(answer, { 'GHSA-1': reason }, now).faults).toEqual([])
  expect(judge(answer, { 'GHSA-1': { ...reason, until: '2026-11-23' } }, now).faults).toHaveLength(1)
})

test('a reason for what is gone is to be taken away', () => {
  expect(judge(answer, { 'GHSA-1': reason, 'GHSA-2': reason }, now).faults).toEqual([
    'docs/advisories.json explains GHSA-2, which is gone.',
  ])
})

test.each(['', '<html>405</html>', '{}', '{"error":{"code":"ERR_PNPM_AUDIT_BAD_RESPONSE"}}'])(
  'no answer (%s) is neither good nor bad',
  (text) => {
    expect(judge(text, { 'GHSA-1': reason }, now)).toEqual({ answered: false, lines: [], faults: [] })
  },
)

test('nothing known is an answer', () => {
  expect(judge('{"advisories":{}}', {}, now)).toEqual({ answered: true, lines: [], faults: [] })
})

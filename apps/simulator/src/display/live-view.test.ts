import { expect, test } from 'vitest'
import { openDisplay } from './live-view.ts'

function draw(isTTY: boolean) {
  let time = 0
  let written = ''
  const display = openDisplay({ isTTY, write: (text) => (written += text) }, () => time)
  return { display, pass: (ms: number) => (time += ms), written: () => written }
}

test('on a terminal figures are repainted in place and give way to lines that stay', () => {
  const { display, pass, written } = draw(true)
  display.figures(() => [
    ['rate', '5'],
    ['stored', '1,000'],
  ])
  display.figures(() => [['rate', 'too soon']])
  pass(300)
  display.figures(() => [['rate', '6']])
  display.line('done')
  expect(written()).toBe('  rate        5\n  stored  1,000\n\u001B[2A\u001B[J  rate  6\n\u001B[1A\u001B[Jdone\n')
})

test('elsewhere a plain line comes now and then, without control characters', () => {
  const { display, pass, written } = draw(false)
  for (let second = 0; second < 12; second++) {
    display.figures(() => [
      ['rate', String(second)],
      ['waiting', '0'],
    ])
    pass(1000)
  }
  display.table('Reasons', [])
  expect(written()).toBe('rate 0 · waiting 0\nrate 5 · waiting 0\nrate 10 · waiting 0\nReasons\n')
})

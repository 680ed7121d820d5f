import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LaneAudio } from './lane-audio.ts'

const FRAME = 320

it('gives any window as one array would, however sound came and was forgotten, saved and resumed', () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 0, max: 20_000 }) }),
    fc.record({ forget: fc.integer({ min: -10, max: 120 }) }),
    fc.constant({ save: true }),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.integer({ min: -4_000, max: 90_000 }),
      fc.integer({ min: 0, max: 50_000 }),
      (steps, from, length) => {
        const all: number[] = []
        let forgotten = 0
        let audio = new LaneAudio()
        for (const taken of steps) {
          if ('append' in taken) {
            const more = Int16Array.from({ length: taken.append }, (_, i) => ((all.length + i) % 30_000) + 1)
            all.push(...more)
            audio.append(more)
          } else if ('forget' in taken) {
            forgotten = Math.max(forgotten, Math.min(taken.forget * FRAME, all.length))
            audio.forgetBefore(forgotten)
          } else {
            const { first, samples } = audio.save(Math.floor(forgotten / FRAME) * FRAME)
            const bytes = Buffer.from(samples, 'base64')
            audio = new LaneAudio(
              first,
              new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
            )
          }
        }
        expect(audio.end).toBe(all.length)
        const start = Math.max(from, forgotten)
        const expected = Int16Array.from({ length }, (_, i) => all[start + i] ?? 0)
        expect(audio.window(start, start + length)).toEqual(expected)
        const frame = Math.ceil(forgotten / FRAME) * FRAME
        const isWhole = frame + FRAME <= all.length
        const heard = isWhole ? audio.frame(frame, FRAME) : null
        expect(heard).toEqual(isWhole ? Int16Array.from(all.slice(frame, frame + FRAME)) : null)
      },
    ),
  )
})

it('holds half a second more than what is still needed, no more', () => {
  const audio = new LaneAudio()
  for (let second = 0; second < 60; second++) {
    audio.append(new Int16Array(16_000).fill(1))
    audio.forgetBefore(second * 16_000)
  }
  // What was forgotten is silence, but for the rest of its block.
  expect(audio.window(0, 59 * 16_000 - 8_000).every((sample) => sample === 0)).toBe(true)
})

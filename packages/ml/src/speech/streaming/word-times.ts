import type { AlignedWord } from '../decoding/alignment.ts'
import type { SpokenWord } from './events.ts'
import { FRAMES_A_SECOND } from './segment.ts'

/** CTC puts its peaks inside the sounds: words reach a little further on both sides. */
const PAD_BEFORE = 0.04
const PAD_AFTER = 0.06

/**
 * Frames of a segment to seconds of the session. Words never overlap, not with those of the segment before or after
 * either, and none goes on behind the sound.
 */
export function spokenWords(
  words: readonly AlignedWord[],
  /** Frames of the session that the segment goes from and to, and the seconds there are of sound. */
  segment: { readonly first: number; readonly last: number; readonly end: number },
): SpokenWord[] {
  const second = (frame: number): number => (segment.first + frame) / FRAMES_A_SECOND
  const from = segment.first / FRAMES_A_SECOND
  const to = Math.floor(Math.min(segment.last / FRAMES_A_SECOND, segment.end) * 1000) / 1000
  // Where two words are close, the gap between them is shared.
  const border = (left: AlignedWord, right: AlignedWord): number => {
    const end = second(left.lastFrame + 1)
    return end + Math.max(0, second(right.firstFrame) - end) * (PAD_AFTER / (PAD_BEFORE + PAD_AFTER))
  }
  return words.map((word, i) => {
    const before = words[i - 1]
    const after = words[i + 1]
    const start = Math.min(to, Math.max(second(word.firstFrame) - PAD_BEFORE, before ? border(before, word) : from))
    const end = Math.min(to, second(word.lastFrame + 1) + PAD_AFTER, after ? border(word, after) : to)
    return {
      word: word.word,
      start: round(start),
      end: round(Math.max(start, end)),
      confidence: round(word.confidence),
    }
  })
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

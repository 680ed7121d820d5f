import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sealed } from '../../../test/ogg.ts'
import { SpeechError } from '../errors.ts'
import type { Audio, AudioLimits } from './audio.ts'
import { decodeFlac } from './flac.ts'
import { decodeMp3 } from './mp3.ts'
import { decodeOggOpus, decodeWebm } from './opus.ts'
import { decodeOggVorbis } from './vorbis.ts'

const LIMITS = { maxBytes: 1e6, maxSeconds: 5 }
const CODES = ['audio.broken', 'audio.unsupported', 'audio.too_long']
const DECODERS = {
  'tone.flac': decodeFlac,
  'corners.flac': decodeFlac,
  'tone.mp3': decodeMp3,
  'tone-vorbis.ogg': decodeOggVorbis,
  'tone-opus.ogg': decodeOggOpus,
  'tone.webm': decodeWebm,
}

/** Bytes changed, taken out, put in and cut off; half of all changes near the start, where the formats' heads are. */
const change = fc.record({
  at: fc.oneof(fc.nat({ max: 600 }), fc.nat({ max: 30_000 })),
  removed: fc.constantFrom(0, 1, 1, 1, 2, 50),
  put: fc.uint8Array({ maxLength: 8 }),
})
const changes = fc.record({
  edits: fc.array(change, { minLength: 1, maxLength: 5 }),
  kept: fc.double({ min: 0, max: 2, noNaN: true }),
})

function changed(
  bytes: Uint8Array,
  { edits, kept }: { edits: { at: number; removed: number; put: Uint8Array }[]; kept: number },
): Uint8Array {
  const edited = edits.reduce<Uint8Array>((file, { at, removed, put }) => {
    const from = at % file.length
    return Buffer.concat([file.subarray(0, from), put, file.subarray(from + removed)])
  }, bytes)
  return edited.subarray(0, Math.ceil(edited.length * Math.min(1, kept)))
}

async function outcome(
  decode: (bytes: Uint8Array, limits: AudioLimits) => Promise<Audio>,
  bytes: Uint8Array,
): Promise<string> {
  try {
    const { channels, sampleRate } = await decode(bytes, LIMITS)
    const lengths = new Set(channels.map((channel) => channel.length))
    const isSound = lengths.size === 1 && channels.length <= 2 && !lengths.has(0)
    return isSound && Math.max(...lengths) <= LIMITS.maxSeconds * sampleRate ? 'decoded' : 'no sound'
  } catch (error) {
    return error instanceof SpeechError ? error.code : String(error)
  }
}

// The decoders' own remarks on broken files are of no use to anyone.
beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterAll(() => void vi.restoreAllMocks())

describe('a file that was changed anywhere decodes to sound within the limits or is refused as what it is', () => {
  it.each(Object.entries(DECODERS))('%s', async (name, decode) => {
    const bytes = readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
    await fc.assert(
      fc.asyncProperty(changes, async (what) => {
        const file = changed(bytes, what)
        // Past the checksums of pages, to the codecs behind them.
        expect(['decoded', ...CODES]).toContain(await outcome(decode, name.endsWith('.ogg') ? sealed(file) : file))
      }),
      { numRuns: 150 },
    )
  })

  it.each(Object.entries(DECODERS))('%s is no other format', async (name, decode) => {
    for (const other of Object.keys(DECODERS)) {
      const bytes = readFileSync(new URL(`./fixtures/${other}`, import.meta.url))
      expect(['audio.broken', 'audio.unsupported', 'decoded']).toContain(await outcome(decode, bytes))
    }
    expect(await outcome(decode, new Uint8Array(0))).toBe('audio.broken')
    expect(await outcome(decode, readFileSync(new URL(`./fixtures/${name}`, import.meta.url)))).toBe('decoded')
  })
})

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { SpeechError } from '../errors.ts'
import { decodeAudio, mixDown } from './decode-audio.ts'
import { DEFAULT_LIMITS } from './audio.ts'
import { resample } from './resample.ts'
import { decodeWav } from './wav.ts'

const fixture = (name: string): Uint8Array => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))

/** Frequency in Hz by counting rising zero crossings in the middle half. */
function pitch(samples: Float32Array): number {
  const middle = samples.subarray(samples.length >> 2, (samples.length * 3) >> 2)
  let crossings = 0
  for (let i = 1; i < middle.length; i++) if ((middle[i - 1] ?? 0) < 0 && (middle[i] ?? 0) >= 0) crossings++
  return (crossings / middle.length) * 16_000
}

function wav(options: { tag: number; bits: number; channels?: number; rate?: number }, data: Uint8Array): Uint8Array {
  const { tag, bits, channels = 1, rate = 16_000 } = options
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(tag, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE((rate * channels * bits) / 8, 28)
  head.writeUInt16LE((channels * bits) / 8, 32)
  head.writeUInt16LE(bits, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

async function refusal(bytes: Uint8Array, options = {}): Promise<string> {
  return decodeAudio(bytes, options).then(
    () => 'decoded',
    (error: SpeechError) => error.code,
  )
}

describe('recordings are told by their content', () => {
  it.each(['tone.mp3', 'tone.flac', 'tone-vorbis.ogg', 'tone-opus.ogg', 'tone.webm'])(
    '%s is a second of 440 Hz',
    async (name) => {
      const audio = await decodeAudio(fixture(name))
      expect(audio.sampleRate).toBe(16_000)
      const samples = mixDown(audio)
      expect(Math.abs(samples.length - 16_000)).toBeLessThan(1300)
      expect(Math.abs(pitch(samples) - 440)).toBeLessThan(4)
    },
  )

  it('keeps two channels apart', async () => {
    const pcm = Int16Array.from({ length: 3200 }, (_, i) => (i % 2 === 0 ? 8000 : -4000))
    const { channels } = await decodeAudio(wav({ tag: 1, bits: 16, channels: 2 }, new Uint8Array(pcm.buffer)))
    expect(channels.map((channel) => channel[5])).toEqual([8000 / 32_768, -4000 / 32_768])
  })
})

describe('WAV encodings', () => {
  const samples = Float32Array.from({ length: 1600 }, (_, i) => 0.5 * Math.sin(i / 7))
  const worst = (decoded: Float32Array | undefined): number =>
    samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (decoded?.[i] ?? 9))), 0)

  it('reads 16 bit', async () => {
    const data = Int16Array.from(samples, (sample) => Math.round(sample * 32_768))
    const { channels } = await decodeAudio(wav({ tag: 1, bits: 16 }, new Uint8Array(data.buffer)))
    expect(worst(channels[0])).toBeLessThan(1e-4)
  })

  it('reads 24 bit', async () => {
    const data = Buffer.alloc(samples.length * 3)
    samples.forEach((sample, i) => data.writeIntLE(Math.round(sample * 8_388_607), i * 3, 3))
    expect(worst((await decodeAudio(wav({ tag: 1, bits: 24 }, data))).channels[0])).toBeLessThan(1e-5)
  })

  it('reads floats, and takes what is no number as silence', async () => {
    const data = samples.slice()
    data[3] = Number.NaN
    const { channels } = await decodeAudio(wav({ tag: 3, bits: 32 }, new Uint8Array(data.buffer)))
    expect(channels[0]?.[3]).toBe(0)
    expect(channels[0]?.[4]).toBe(samples[4])
  })

  it.each([0, 0x7f_ff_f0_00, 0xff_ff_ff_ff])(
    'takes a length of %i, by who could not know it, for the rest',
    async (size) => {
      const bytes = Buffer.from(wav({ tag: 1, bits: 16 }, new Uint8Array(32_000)))
      bytes.writeUInt32LE(size, 40)
      expect((await decodeAudio(bytes)).channels[0]?.length).toBe(16_000)
    },
  )

  it('reads mu-law by the table of G.711', async () => {
    const { channels } = await decodeAudio(wav({ tag: 7, bits: 8 }, Uint8Array.of(0x00, 0x80, 0xff, 0x7f, 0x8f)))
    expect([...(channels[0] ?? [])].map((value) => Math.round(value * 32_768) + 0)).toEqual([
      -32_124, 32_124, 0, 0, 16_764,
    ])
  })
})

describe('what cannot be used is refused with a typed error', () => {
  it.each([
    ['an empty file', new Uint8Array(0), 'audio.empty'],
    ['text', new TextEncoder().encode('the patient is well, and this is no sound'), 'audio.unsupported'],
    ['a WAV with no data', wav({ tag: 1, bits: 16 }, new Uint8Array(0)), 'audio.empty'],
    ['a WAV cut in its header', wav({ tag: 1, bits: 16 }, new Uint8Array(64)).subarray(0, 30), 'audio.broken'],
    ['a WAV cut in its sound', wav({ tag: 1, bits: 16 }, new Uint8Array(64_000)).subarray(0, 40_000), 'audio.broken'],
    [
      'a WAV that claims a rate beyond its memory',
      wav({ tag: 1, bits: 8, rate: 768_000 }, new Uint8Array(4_000_000)),
      'audio.too_long',
    ],
    ['a WAV of an unknown encoding', wav({ tag: 85, bits: 16 }, new Uint8Array(64)), 'audio.unsupported'],
    ['M4A without a converter', fixture('tone.m4a'), 'audio.needs_converter'],
  ])('%s', async (_, bytes, code) => {
    expect(await refusal(bytes, { limits: { maxSeconds: 20 } })).toBe(code)
  })

  it.each(['tone.mp3', 'tone.flac', 'tone-vorbis.ogg', 'tone-opus.ogg', 'tone.webm'])(
    '%s full of rubbish',
    async (name) => {
      const bytes = fixture(name).slice()
      for (let i = 200; i < bytes.length; i++) bytes[i] = (i * 7919) & 0xff
      expect(await refusal(bytes)).toBe('audio.broken')
    },
  )

  it('a file over the size limit, a recording over the length limit', async () => {
    expect(await refusal(fixture('tone.flac'), { limits: { maxBytes: 100 } })).toBe('audio.too_large')
    expect(await refusal(fixture('tone.flac'), { limits: { maxSeconds: 0.5 } })).toBe('audio.too_long')
    expect(await refusal(fixture('tone.webm'), { limits: { maxSeconds: 0.5 } })).toBe('audio.too_long')
  })

  it('a file that takes longer than it may', async () => {
    // Three minutes in one file, decoded in half a second or more.
    const bytes = Buffer.concat(Array.from({ length: 20 }, () => fixture('dictation.ogg')))
    expect(await refusal(bytes, { timeoutMs: 20 })).toBe('audio.broken')
  })

  it('any bytes behind a WAV head either decode or are refused, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (tail) => {
        const bytes = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), tail])
        const outcome = await decodeWav(bytes, DEFAULT_LIMITS).then(
          () => 'decoded',
          (error: SpeechError) => error.code,
        )
        expect(['decoded', 'audio.broken', 'audio.empty', 'audio.unsupported']).toContain(outcome)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('an external ffmpeg', () => {
  it('that is not there is named as the fault', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    expect(await refusal(fixture('tone.m4a'), { ffmpeg: '/nowhere/ffmpeg' })).toBe('audio.needs_converter')
    // Nothing is left that would keep a command from ending.
    expect(timers()).toBe(before)
  })

  it('gets the file through its pipe, and its floats are the sound', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartwire-ffmpeg-'))
    const program = join(folder, 'ffmpeg')
    const sound = Float32Array.from({ length: 16_000 }, (_, i) => Math.sin((i * 440 * 2 * Math.PI) / 16_000))
    writeFileSync(join(folder, 'sound'), new Uint8Array(sound.buffer))
    writeFileSync(program, '#!/bin/sh\ncd "$(dirname "$0")"\ncat > got\necho "$@" > asked\ncat sound\n', {
      mode: 0o755,
    })
    expect(mixDown(await decodeAudio(fixture('tone.m4a'), { ffmpeg: program }))).toEqual(sound)
    expect(readFileSync(join(folder, 'got')).equals(fixture('tone.m4a'))).toBe(true)
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(
      /-xerror -protocol_whitelist cache,pipe .*-i cache:pipe:0 .*-ar 16000 -f f32le/,
    )
    expect(await refusal(fixture('tone.m4a'), { ffmpeg: program, limits: { maxSeconds: 0.5 } })).toBe('audio.too_long')
    writeFileSync(program, '#!/bin/sh\ncat > /dev/null\nexit 1\n')
    expect(await refusal(fixture('tone.m4a'), { ffmpeg: program })).toBe('audio.broken')
    rmSync(folder, { recursive: true })
  })

  const ffmpeg = ['/usr/bin/ffmpeg', '/usr/local/bin/ffmpeg', '/opt/homebrew/bin/ffmpeg'].find((path) =>
    existsSync(path),
  )
  if (ffmpeg === undefined) process.stdout.write('NOT RUN: M4A through ffmpeg (no ffmpeg on this machine)\n')
  it.runIf(ffmpeg !== undefined)('reads M4A', async () => {
    const samples = mixDown(await decodeAudio(fixture('tone.m4a'), { ffmpeg }))
    expect(Math.abs(pitch(samples) - 440)).toBeLessThan(4)
  })
})

it('leaves this thread free while it decodes and changes the rate', async () => {
  const minutes = wav({ tag: 1, bits: 16, channels: 2, rate: 48_000 }, new Uint8Array(48_000 * 4 * 120))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await decodeAudio(minutes)
  clearInterval(timer)
  // In one piece it would be one turn at most.
  expect(turns).toBeGreaterThan(20)
})

describe('change of sample rate', () => {
  it('between two that share little takes no longer, and is as good', () => {
    const tone = Float32Array.from({ length: 44_101 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 44_101))
    const reading = vi.spyOn(Math, 'sin')
    const changed = resample(tone, 44_101, 16_000)
    // Coefficients are made once for each of a thousand phases, not for every sample.
    expect(reading.mock.calls.length).toBeLessThan(120_000)
    reading.mockRestore()
    const worst = changed.subarray(200, -200).reduce((most, sample, i) => {
      return Math.max(most, Math.abs(sample - Math.sin((2 * Math.PI * 1000 * (i + 200)) / 16_000)))
    }, 0)
    expect(worst).toBeLessThan(1e-3)
  })

  it.each([8000, 11_025, 22_050, 44_100, 48_000])(
    'from %i Hz keeps a tone and loses what 16 kHz cannot hold',
    (rate) => {
      const tone = (hz: number): Float32Array =>
        Float32Array.from({ length: rate }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate))
      const power = (samples: Float32Array): number =>
        samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length
      const kept = resample(tone(1000), rate, 16_000)
      expect(kept.length).toBe(16_000)
      expect(Math.abs(pitch(kept) - 1000)).toBeLessThan(3)
      expect(power(kept)).toBeCloseTo(0.5, 1)
      // A tone of 9.5 kHz, which only the faster rates hold.
      const lost = rate > 20_000 ? power(resample(tone(9500), rate, 16_000)) : 0
      expect(lost).toBeLessThan(1e-4)
    },
  )
})

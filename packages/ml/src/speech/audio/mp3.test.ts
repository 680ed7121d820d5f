import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Audio, DEFAULT_LIMITS } from './audio.ts'
import { decodeMp3 } from './mp3.ts'
import { mp3Frames, readMp3Head } from './mp3-frames.ts'

const tone = readFileSync(new URL('./fixtures/tone.mp3', import.meta.url))
const decode = (bytes: Uint8Array): Promise<Audio> => decodeMp3(bytes, DEFAULT_LIMITS)
const frames = (bytes: Uint8Array): Buffer[] => Array.from(mp3Frames(bytes), ({ data }) => Buffer.from(data))

describe('MP3 frames', () => {
  it.each([
    ['MPEG 1, 128 kbit/s, 44.1 kHz, joint stereo', [0xff, 0xfb, 0x90, 0x40], [44_100, 2, 1152, 417, 36]],
    ['the same, padded, with a checksum', [0xff, 0xfa, 0x92, 0x40], [44_100, 2, 1152, 418, 38]],
    ['MPEG 1, 320 kbit/s, 32 kHz, mono', [0xff, 0xfb, 0xe8, 0xc0], [32_000, 1, 1152, 1440, 21]],
    ['MPEG 2, 64 kbit/s, 16 kHz, mono', [0xff, 0xf3, 0x88, 0xc0], [16_000, 1, 576, 288, 13]],
    ['MPEG 2.5, 24 kbit/s, 8 kHz, stereo', [0xff, 0xe3, 0x38, 0x00], [8000, 2, 576, 216, 21]],
  ])('of %s', (_, bytes, expected) => {
    const head = readMp3Head(Uint8Array.from(bytes), 0)
    expect([head?.sampleRate, head?.channels, head?.samples, head?.bytes, head?.sideEnd]).toEqual(expected)
  })

  it.each([
    ['layer II', [0xff, 0xfd, 0x90, 0x40]],
    ['no bit rate', [0xff, 0xfb, 0x00, 0x40]],
    ['a bit rate that does not exist', [0xff, 0xfb, 0xf0, 0x40]],
    ['a sample rate that does not exist', [0xff, 0xfb, 0x9c, 0x40]],
    ['a version that does not exist', [0xff, 0xeb, 0x90, 0x40]],
    ['too few bytes', [0xff, 0xfb]],
  ])('are none of %s', (_, bytes) => {
    expect(readMp3Head(Uint8Array.from(bytes), 0)).toBeUndefined()
  })

  it('are found between what taggers leave', () => {
    const id3 = Buffer.from('ID3\u0004\0\0\0\0\u0001\0'.padEnd(10 + 128, '\u00ff'), 'latin1')
    const padding = Buffer.alloc(300)
    const ape = Buffer.concat([Buffer.from('APETAGEX'), Buffer.alloc(9000, 0xff)])
    expect(frames(Buffer.concat([id3, padding, tone, ape]))).toEqual(frames(tone))
  })
})

describe('MP3', () => {
  it('is without the silence that the encoder put around it', async () => {
    const { channels, sampleRate } = await decode(tone)
    expect(sampleRate).toBe(44_100)
    expect(channels.map((channel) => channel.length)).toEqual([44_100, 44_100])
    // 440 Hz from its very first sample on: it has risen by the quarter of a period, and comes back.
    const rise = channels[0]?.slice(0, 26) ?? []
    expect(Math.abs(rise[0] ?? 1)).toBeLessThan(0.02)
    expect(rise[25]).toBe(Math.max(...rise))
  })

  it('whose encoder left no note is all of its frames', async () => {
    const [note, ...sound] = frames(tone)
    expect(note?.includes('Lavc')).toBe(true)
    expect((await decode(Buffer.concat(sound))).channels[0]?.length).toBe(sound.length * 1152)
  })

  it('that was cut short ends with its last whole frame', async () => {
    const whole = frames(tone)
    const cut = await decode(Buffer.concat(whole.slice(1, 11)).subarray(0, -1))
    expect(cut.channels[0]?.length).toBe(9 * 1152)
  })

  it('goes on behind a little rubbish, and is refused for much of it', async () => {
    const [, ...sound] = frames(tone)
    const middle = (length: number): Buffer =>
      Buffer.concat([...sound.slice(0, 10), Buffer.alloc(length, 1), ...sound.slice(10)])
    expect((await decode(middle(1000))).channels[0]?.length).toBe(sound.length * 1152)
    await expect(decode(middle(5000))).rejects.toMatchObject({ code: 'audio.broken' })
  })
})

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from './audio.ts'
import { decodeFlac, readFlac } from './flac.ts'

const fixture = (name: string): Uint8Array => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))

/** The encoder's own digest of what it was given: little endian, channels in turn. */
function digest(bytes: Uint8Array): { decoded: string; promised: string } {
  const { info, frames } = readFlac(bytes)
  const hash = createHash('md5')
  const width = Math.ceil(info.bits / 8)
  for (const { channels } of frames) {
    const size = channels[0]?.length ?? 0
    const pcm = Buffer.alloc(size * channels.length * width)
    channels.forEach((channel, c) =>
      channel.forEach((sample, i) => pcm.writeIntLE(sample, (i * channels.length + c) * width, width)),
    )
    hash.update(pcm)
  }
  return { decoded: hash.digest('hex'), promised: Buffer.from(info.md5).toString('hex') }
}

const decode = (bytes: Uint8Array) => decodeFlac(bytes, DEFAULT_LIMITS)

describe('FLAC', () => {
  // corners.flac: 24 bits; constant, verbatim, fixed and linear subframes, wasted bits, all four ways of two channels.
  it.each(['tone.flac', 'corners.flac'])('%s decodes to the very samples that were encoded', (name) => {
    const { decoded, promised } = digest(fixture(name))
    expect(promised).not.toMatch(/^0*$/)
    expect(decoded).toBe(promised)
  })

  it('scales samples as WAV does', async () => {
    const { channels, sampleRate } = await decode(fixture('corners.flac'))
    const frames = [...readFlac(fixture('corners.flac')).frames]
    expect(sampleRate).toBe(44_100)
    expect(channels.map((channel) => channel.length)).toEqual([7000, 7000])
    expect(channels[1]?.[3050]).toBe((frames[10]?.channels[1]?.[50] ?? 9) / 2 ** 23)
  })

  it('refuses a file that was cut short, also between two frames', async () => {
    const bytes = fixture('tone.flac')
    await expect(decode(bytes.subarray(0, -100))).rejects.toMatchObject({ code: 'audio.broken' })
    const last = [...readFlac(bytes).frames].at(-1)
    await expect(decode(bytes.subarray(0, -(last?.bytes ?? 0)))).rejects.toMatchObject({ code: 'audio.broken' })
  })

  it('refuses a frame in which one bit has changed', async () => {
    const bytes = fixture('tone.flac').slice()
    const at = bytes.length - 3000
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'audio.broken' })
  })

  it('passes over what taggers put before and behind it', async () => {
    const id3 = Buffer.from('ID3\u0004\0\0\0\0\u0001\0'.padEnd(10 + 128, '.'))
    const { channels } = await decode(Buffer.concat([id3, fixture('tone.flac'), Buffer.from('TAG'.padEnd(128))]))
    expect(channels[0]?.length).toBe(44_100)
  })

  it('is stopped at the limit of memory, whatever rate it claims', async () => {
    const bytes = fixture('corners.flac').slice()
    // 655 kHz instead of 44.1: all of it lasts 11 ms, but takes the room of 146 ms of two channels at 48 kHz.
    bytes.set([0x9f, 0xff], 18)
    expect((await decode(bytes)).sampleRate).toBeGreaterThan(650_000)
    const limits = { maxBytes: 1e6, maxSeconds: 0.2 }
    expect((await decodeFlac(bytes, limits)).channels).toHaveLength(2)
    await expect(decodeFlac(bytes, { ...limits, maxSeconds: 0.1 })).rejects.toMatchObject({ code: 'audio.too_long' })
  })
})

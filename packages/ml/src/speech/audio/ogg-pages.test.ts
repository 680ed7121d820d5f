import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oggFile, type TestPage } from '../../../test/ogg.ts'
import { DEFAULT_LIMITS } from './audio.ts'
import { oggPackets } from './ogg-pages.ts'
import { decodeOggOpus } from './opus.ts'
import { decodeOggVorbis } from './vorbis.ts'

const FIRST = 2
const LAST = 4
const fixture = (name: string): Uint8Array => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
const texts = (pages: TestPage[]): string[] =>
  Array.from(oggPackets(oggFile(pages), ''), ({ data }) => Buffer.from(data).toString())

describe('Ogg pages', () => {
  it('gives the packets back, however they are spread over pages', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 })), fc.integer({ min: 1, max: 255 }), (lengths, perPage) => {
        const packets = lengths.map((length, i) => Buffer.alloc(length, i))
        const got = Array.from(oggPackets(oggFile([{ flags: FIRST, packets }], perPage), ''), ({ data }) =>
          Buffer.from(data),
        )
        expect(got).toEqual(packets)
      }),
    )
  })

  it('passes over a stream that runs beside the first', () => {
    const pages = [
      { flags: FIRST, serial: 1, packets: ['a'] },
      { flags: FIRST, serial: 2, packets: ['x'] },
      { serial: 1, packets: ['b'] },
      { serial: 2, packets: ['y'] },
      { flags: LAST, serial: 1, packets: ['c'] },
    ]
    expect(texts(pages)).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['closed', LAST],
    ['just stopped', 0],
  ])('goes on with the stream that follows one that has %s', (_, flags) => {
    const pages = [
      { flags: FIRST, serial: 1, packets: ['a'] },
      { flags, serial: 1, packets: ['b'] },
      { flags: FIRST, serial: 2, packets: ['c', 'd'] },
    ]
    const packets = Array.from(oggPackets(oggFile(pages), ''), ({ data, opens, closes }) => ({
      text: Buffer.from(data).toString(),
      opens,
      closes,
    }))
    expect(packets).toEqual([
      { text: 'a', opens: true, closes: false },
      { text: 'b', opens: false, closes: flags === LAST },
      { text: 'c', opens: true, closes: false },
      { text: 'd', opens: false, closes: false },
    ])
  })

  it('refuses a file that was cut short, and a page that changed or is missing', () => {
    const file = oggFile([{ flags: FIRST, packets: ['a'] }, { packets: ['b'.repeat(300)] }, { packets: ['c'] }])
    expect(() => [...oggPackets(file.subarray(0, -1), '')]).toThrow('no whole Ogg')
    const changed = Buffer.from(file)
    changed.writeUInt8(0x63, 100)
    expect(() => [...oggPackets(changed, '')]).toThrow('no whole Ogg')
    const spread = oggFile([{ flags: FIRST, packets: ['a', 'b'.repeat(700)] }], 1)
    // Of the pages "a", b, b, b: the second is taken out.
    const without = Buffer.concat([spread.subarray(0, 29), spread.subarray(29 + 283)])
    expect(() => [...oggPackets(without, '')]).toThrow('no whole Ogg')
  })
})

describe('sound in Ogg', () => {
  it('is found behind a stream that is none', async () => {
    const skeleton = oggFile([{ flags: FIRST, serial: 77, packets: ['fishead\0'] }])
    const { channels } = await decodeOggOpus(Buffer.concat([skeleton, fixture('tone-opus.ogg')]), DEFAULT_LIMITS)
    expect(channels[0]?.length).toBe(48_648)
  })

  it('of Vorbis ends where its last page says', async () => {
    const { channels } = await decodeOggVorbis(fixture('tone-vorbis.ogg'), DEFAULT_LIMITS)
    expect(channels.map((channel) => channel.length)).toEqual([44_100])
  })

  it.each([
    ['tone-vorbis.ogg', decodeOggVorbis, 44_100],
    ['tone-opus.ogg', decodeOggOpus, 48_648],
  ])('%s twice in one file is heard twice', async (name, decode, length) => {
    const once = fixture(name)
    const { channels } = await decode(Buffer.concat([once, once]), DEFAULT_LIMITS)
    expect(channels[0]?.length).toBe(2 * length)
    expect(channels[0]?.subarray(length)).toEqual(channels[0]?.subarray(0, length))
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from './audio.ts'
import { decodeWebm } from './opus.ts'
import { readWebm } from './webm-blocks.ts'

type Content = Uint8Array | string | readonly number[]

/** An element with a size of two bytes, or of no known size. */
function element(id: readonly number[], contents: readonly Content[], isOpen = false): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part as Uint8Array)))
  const size = isOpen ? [0xff] : [0x40 | (content.length >> 8), content.length & 255]
  return Buffer.concat([Buffer.from([...id, ...size]), content])
}

const track = (number: number, type: number, ...more: Content[]): Buffer =>
  element([0xae], [element([0xd7], [[number]]), element([0x83], [[type]]), element([0x86], ['A_OPUS']), ...more])
const tracks = (...contents: Content[]): Buffer => element([0x16, 0x54, 0xae, 0x6b], contents)
const cluster = (contents: readonly Content[], isOpen = false): Buffer =>
  element([0x1f, 0x43, 0xb6, 0x75], [element([0xe7], [[0]]), ...contents], isOpen)
const segment = (contents: readonly Content[], isOpen = false): Buffer =>
  element([0x18, 0x53, 0x80, 0x67], contents, isOpen)
/** Track, two bytes of time, flags. */
const block = (number: number, flags: number, ...contents: Content[]): Buffer =>
  element([0xa3], [[0x80 | number, 0, 0, flags], ...contents])

const packets = (file: Uint8Array): string[] =>
  Array.from(readWebm(file).blocks, (data) => Buffer.from(data).toString())

describe('WebM blocks', () => {
  it('are those of the first sound track, in simple blocks and in groups', () => {
    const group = element([0xa0], [element([0xa1], [[0x82, 0, 0, 0], 'b'])])
    const file = segment([
      tracks(track(1, 1), track(2, 2), track(3, 2)),
      cluster([block(1, 0, 'picture'), block(2, 0, 'a'), group, block(3, 0, 'other')]),
    ])
    expect(packets(file)).toEqual(['a', 'b'])
  })

  it('are found where sizes are not known, as a browser writes them while it records', () => {
    const open = [cluster([block(1, 0, 'a')], true), cluster([block(1, 0, 'b')], true)]
    expect(packets(segment([tracks(track(1, 2)), ...open], true))).toEqual(['a', 'b'])
  })

  it.each([
    ['not at all', 0, [], ['aabbbcccc']],
    ["in Xiph's way", 2, [2, 2, 3], ['aa', 'bbb', 'cccc']],
    ["in EBML's way", 6, [2, 0x82, 0xc0], ['aa', 'bbb', 'cccc']],
    ['in equal parts', 4, [2], ['aab', 'bbc', 'ccc']],
  ])('are taken apart when laced %s', (_, flags, head, expected) => {
    const file = segment([tracks(track(1, 2)), cluster([block(1, flags, head, 'aabbbcccc')])])
    expect(packets(file)).toEqual(expected)
  })

  it.each([
    ['lengths that run off the end', 2, [1, 200]],
    ['lengths below nothing', 6, [2, 0x81, 0x80]],
    ['parts that are not equal', 4, [3]],
    ['a length that does not end', 2, [1, 255, 255]],
  ])('with %s are refused', (_, flags, head) => {
    const tail = head.at(-1) === 255 ? '' : 'aabbbcccc'
    const file = segment([tracks(track(1, 2)), cluster([block(1, flags, head, tail)])])
    expect(() => packets(file)).toThrow('no whole WebM')
  })

  it('are refused where the file was cut short, and at rubbish', () => {
    const whole = segment([tracks(track(1, 2)), cluster([block(1, 0, 'a'), block(1, 0, 'b')])])
    expect(() => packets(whole.subarray(0, -1))).toThrow('no whole WebM')
    expect(() => packets(whole.subarray(0, -5))).toThrow('no whole WebM')
    const rubbish = segment([tracks(track(1, 2)), cluster([block(1, 0, 'a'), [0x93, 0x81, 0], block(1, 0, 'b')])])
    expect(() => packets(rubbish)).toThrow('no whole WebM')
  })

  it('stop at the end of the segment: what stands behind it is not looked at', () => {
    const file = segment([tracks(track(1, 2)), cluster([block(1, 0, 'a')])])
    expect(packets(Buffer.concat([file, Buffer.alloc(100, 65)]))).toEqual(['a'])
  })

  it('of packed or encrypted tracks are refused', () => {
    const file = segment([tracks(track(1, 2, element([0x6d, 0x80], []))), cluster([block(1, 0, 'a')])])
    expect(() => packets(file)).toThrow('packed or encrypted')
  })
})

it('WebM without an Opus head is taken by the channels of its track', async () => {
  const tone = readFileSync(new URL('./fixtures/tone.webm', import.meta.url))
  const { blocks } = readWebm(tone)
  const audio = element([0xe1], [element([0x9f], [[1]])])
  const file = segment([tracks(track(1, 2, audio)), ...Array.from(blocks, (data) => cluster([block(1, 0, data)]))])
  // Nothing says that the first 312 samples are the encoder's.
  expect((await decodeWebm(file, DEFAULT_LIMITS)).channels.map((channel) => channel.length)).toEqual([48_960])
})

import { broken } from './audio.ts'
import { children, readElement, readVint, unsigned, vintLength } from './ebml.ts'
import { SpeechError } from '../errors.ts'
import { unlace } from './webm-lacing.ts'

const SEGMENT = 0x18_53_80_67
const TRACKS = 0x16_54_ae_6b
const CLUSTER = 0x1f_43_b6_75
const BLOCK_GROUP = 0xa0
const BLOCK = 0xa1
const SIMPLE_BLOCK = 0xa3

/** What holds others: its content is walked as if it stood where it stands, so that an unknown size does no harm. */
const ENTERED = new Set([SEGMENT, CLUSTER, BLOCK_GROUP])
/** The rest of what RFC 9559 lets stand in these. Anything else is rubbish, and where it ends is anyone's guess. */
// prettier-ignore
const PASSED_OVER = new Set([
  0x1a_45_df_a3, 0xec, 0xbf, 0x11_4d_9b_74, 0x15_49_a9_66, 0x1c_53_bb_6b, 0x10_43_a7_70, 0x19_41_a4_69, 0x12_54_c3_67,
  0xe7, 0xa7, 0xab, 0x58_54, 0xaf, 0x9b, 0xfa, 0xfb, 0xfd, 0xa2, 0xa4, 0x75_a1, 0x75_a2, 0x8e, 0xc8,
])

export interface WebmSound {
  readonly codec: string
  readonly channels: number
  readonly codecPrivate: Uint8Array
  /** The codec's packets, in the file's order. */
  readonly blocks: Iterable<Uint8Array>
}

interface Track {
  readonly number: number
  readonly codec: string
  readonly channels: number
  readonly codecPrivate: Uint8Array
}

/** The first sound track of a WebM or Matroska file. One that was cut short is `audio.broken`. */
export function readWebm(bytes: Uint8Array): WebmSound {
  for (const { id, data } of elements(bytes)) {
    if (id === SIMPLE_BLOCK || id === BLOCK) break
    if (id !== TRACKS) continue
    const track = soundTrack(data)
    if (track) return { ...track, blocks: blocksOf(bytes, track.number) }
  }
  throw broken('WebM')
}

function* elements(bytes: Uint8Array): Generator<{ id: number; data: Uint8Array }> {
  let fileEnd = bytes.length
  for (let at = 0; at < fileEnd;) {
    const element = readElement(bytes, at)
    if (!element) throw broken('WebM')
    const { id, start, end } = element
    if (end !== undefined && end > fileEnd) throw broken('WebM')
    if (ENTERED.has(id)) {
      if (id === SEGMENT && end !== undefined) fileEnd = end
      at = start
      continue
    }
    const isKnown = id === TRACKS || id === BLOCK || id === SIMPLE_BLOCK || PASSED_OVER.has(id)
    if (!isKnown || end === undefined) throw broken('WebM')
    yield { id, data: bytes.subarray(start, end) }
    at = end
  }
}

function* blocksOf(bytes: Uint8Array, track: number): Generator<Uint8Array> {
  for (const { id, data } of elements(bytes)) {
    if (id !== SIMPLE_BLOCK && id !== BLOCK) continue
    const head = blockHead(data)
    if (head.track === track) yield* unlace(data.subarray(head.length), head.lacing)
  }
}

/** Track number, two bytes of time, flags. */
function blockHead(data: Uint8Array): { track: number; length: number; lacing: number } {
  const length = vintLength(data, 0, 8)
  if (length === undefined || data.length < length + 3) throw broken('WebM')
  return { track: readVint(data, 0, length), length: length + 3, lacing: ((data[length + 2] ?? 0) >> 1) & 3 }
}

function soundTrack(tracks: Uint8Array): Track | undefined {
  for (const { id, data } of children(tracks)) {
    if (id !== 0xae) continue
    const fields = new Map(Array.from(children(data), (field) => [field.id, field.data]))
    if (unsigned(fields.get(0x83) ?? new Uint8Array(0)) !== 2) continue
    if (fields.has(0x6d_80))
      throw new SpeechError('audio.unsupported', 'The track is packed or encrypted.', { field: 'audio' })
    const audio = new Map(
      Array.from(children(fields.get(0xe1) ?? new Uint8Array(0)), (field) => [field.id, field.data]),
    )
    return {
      number: unsigned(fields.get(0xd7) ?? new Uint8Array(0)),
      codec: Buffer.from(fields.get(0x86) ?? [])
        .toString('latin1')
        .replace(/\0+$/, ''),
      channels: unsigned(audio.get(0x9f) ?? Uint8Array.of(1)),
      codecPrivate: fields.get(0x63_a2) ?? new Uint8Array(0),
    }
  }
  return undefined
}

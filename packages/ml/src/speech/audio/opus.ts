import { OpusDecoder } from 'opus-decoder'
import { type Audio, AudioGatherer, type AudioLimits, broken } from './audio.ts'
import { SpeechError } from '../errors.ts'
import { oggPackets } from './ogg-pages.ts'
import { type OpusHead, plainHead, readOpusHead } from './opus-head.ts'
import { startsWith } from './starts-with.ts'
import { readWebm } from './webm-blocks.ts'

interface OpusPacket {
  readonly data: Uint8Array
  /** A new stream begins with this packet. */
  readonly head?: OpusHead | undefined
}

export function decodeOggOpus(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  return decodePackets(fromOgg(bytes), limits)
}

export function decodeWebm(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  return decodePackets(fromWebm(bytes), limits)
}

function* fromOgg(bytes: Uint8Array): Generator<OpusPacket> {
  let head: OpusHead | undefined
  for (const { data, opens } of oggPackets(bytes, 'OpusHead')) {
    if (opens) head = readOpusHead(data)
    else if (!startsWith(data, 'OpusTags')) {
      yield { data, head }
      head = undefined
    }
  }
}

function* fromWebm(bytes: Uint8Array): Generator<OpusPacket> {
  const { codec, channels, codecPrivate, blocks } = readWebm(bytes)
  if (codec !== 'A_OPUS')
    throw new SpeechError('audio.unsupported', 'The container holds no Opus sound.', { field: 'audio' })
  let head: OpusHead | undefined = codecPrivate.length > 0 ? readOpusHead(codecPrivate) : plainHead(channels)
  for (const data of blocks) {
    yield { data, head }
    head = undefined
  }
}

/** libopus in WebAssembly: 0.3 s for a minute of stereo, in Ogg or WebM, as with the parser that ours replaced. */
async function decodePackets(packets: Iterable<OpusPacket>, limits: AudioLimits): Promise<Audio> {
  const sound = new AudioGatherer(limits)
  let decoder: OpusDecoder | undefined
  try {
    for (const { data, head } of packets) {
      if (head) {
        decoder?.free()
        decoder = new OpusDecoder(head)
        await decoder.ready
      }
      if (!decoder) throw broken('Opus')
      // No packet of the codec is empty; some writers put such a one at the end.
      if (data.length === 0) continue
      const { channelData, sampleRate, errors } = decoder.decodeFrame(data)
      if (errors.length > 0) throw broken('Opus')
      sound.add(channelData, sampleRate)
    }
  } catch (error) {
    throw error instanceof SpeechError ? error : broken('Opus', error)
  } finally {
    decoder?.free()
  }
  return sound.finish('Opus')
}

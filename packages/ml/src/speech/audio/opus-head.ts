import { broken } from './audio.ts'
import { startsWith } from './starts-with.ts'

/** What an Opus decoder needs to know before the first packet. */
export interface OpusHead {
  readonly channels: number
  /** Samples at 48 kHz to drop at the start. */
  readonly preSkip: number
  readonly streamCount: number
  readonly coupledStreamCount: number
  readonly channelMappingTable: number[]
}

/** The identification header of RFC 7845, section 5.1: an Ogg stream's first packet, a WebM track's CodecPrivate. */
export function readOpusHead(bytes: Uint8Array): OpusHead {
  const [version = 255, channels = 0, low = 0, high = 0] = bytes.subarray(8)
  if (bytes.length < 19 || !startsWith(bytes, 'OpusHead') || version > 15 || channels === 0) throw broken('Opus')
  const preSkip = low + high * 256
  if (bytes[18] === 0) return plainHead(channels, preSkip)
  const [streamCount = 0, coupledStreamCount = 0] = bytes.subarray(19)
  const channelMappingTable = [...bytes.subarray(21, 21 + channels)]
  const coded = streamCount + coupledStreamCount
  // 255 stands for a silent channel.
  const isWhole = channelMappingTable.length === channels && channelMappingTable.every((i) => i < coded || i === 255)
  if (streamCount === 0 || coupledStreamCount > streamCount || coded > 255 || !isWhole) throw broken('Opus')
  return { channels, preSkip, streamCount, coupledStreamCount, channelMappingTable }
}

/** One stream of one or two channels. */
export function plainHead(channels: number, preSkip = 0): OpusHead {
  if (channels !== 1 && channels !== 2) throw broken('Opus')
  const channelMappingTable = channels === 2 ? [0, 1] : [0]
  return { channels, preSkip, streamCount: 1, coupledStreamCount: channels - 1, channelMappingTable }
}

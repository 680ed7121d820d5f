import type { EncodedPacketSink } from 'mediabunny'
import { type Audio, AudioGatherer, type AudioLimits, broken } from './audio.ts'
import { SpeechError } from '../errors.ts'

/** Opus in Ogg or WebM: taken out of its container by mediabunny, decoded by libopus in WebAssembly. */
export async function decodeOpus(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const media = await import('mediabunny')
  const input = new media.Input({
    source: new media.BufferSource(bytes),
    formats: [media.OGG, media.WEBM, media.MATROSKA],
  })
  const track = await input.getPrimaryAudioTrack().catch((error: unknown) => {
    throw broken('Ogg or WebM', error)
  })
  if (!track) throw broken('Ogg or WebM')
  if (track.codec !== 'opus')
    throw new SpeechError('audio.unsupported', 'The container holds no Opus sound.', { field: 'audio' })
  const config = await track.getDecoderConfig()
  return decodePackets(new media.EncodedPacketSink(track), {
    channels: Math.min(2, config?.numberOfChannels ?? 1),
    preSkip: preSkip(config?.description),
    limits,
  })
}

async function decodePackets(
  sink: EncodedPacketSink,
  { channels, preSkip, limits }: { channels: number; preSkip: number; limits: AudioLimits },
): Promise<Audio> {
  const { OpusDecoder } = await import('opus-decoder')
  const decoder = new OpusDecoder({ channels, preSkip })
  const sound = new AudioGatherer(limits)
  await decoder.ready
  try {
    for await (const packet of sink.packets()) {
      const { channelData, sampleRate, errors } = decoder.decodeFrame(packet.data)
      if (errors.length > 0) throw broken('Opus')
      sound.add(channelData, sampleRate)
    }
  } catch (error) {
    throw error instanceof SpeechError ? error : broken('Opus', error)
  } finally {
    decoder.free()
  }
  return sound.finish('Opus')
}

/** Samples at 48 kHz to drop at the start, from the OpusHead block (RFC 7845, section 5.1). */
function preSkip(description: ArrayBufferView | ArrayBufferLike | undefined): number {
  if (!description) return 0
  const bytes = ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description)
  return bytes.length >= 12 ? (bytes[10] ?? 0) + (bytes[11] ?? 0) * 256 : 0
}

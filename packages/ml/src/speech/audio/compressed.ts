import { type Audio, AudioGatherer, type AudioLimits, broken } from './audio.ts'

/** Input goes to the decoders in pieces, so that a length limit stops a small file that unpacks to a huge one. */
const PIECE = 1 << 18

interface Decoded {
  readonly channelData: Float32Array[]
  readonly sampleRate: number
  readonly errors: readonly unknown[]
}

interface PieceDecoder {
  readonly ready: Promise<void>
  decode(piece: Uint8Array): Decoded | Promise<Decoded>
  flush?(): Promise<Decoded>
  free(): void
}

export async function decodeFlac(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac')
  return decodePieces(new FLACDecoder(), bytes, { format: 'FLAC', limits })
}

export async function decodeMp3(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const { MPEGDecoder } = await import('mpg123-decoder')
  return decodePieces(new MPEGDecoder(), bytes, { format: 'MP3', limits })
}

export async function decodeOggVorbis(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis')
  return decodePieces(new OggVorbisDecoder(), bytes, { format: 'Ogg Vorbis', limits })
}

async function decodePieces(
  decoder: PieceDecoder,
  bytes: Uint8Array,
  { format, limits }: { format: string; limits: AudioLimits },
): Promise<Audio> {
  const sound = new AudioGatherer(limits)
  let faults = 0
  const take = (decoded: Decoded): void => {
    faults += decoded.errors.length
    sound.add(decoded.channelData, decoded.sampleRate)
  }
  await decoder.ready
  try {
    for (let at = 0; at < bytes.length; at += PIECE) take(await decoder.decode(bytes.subarray(at, at + PIECE)))
    if (decoder.flush) take(await decoder.flush())
  } catch (error) {
    throw error instanceof Error && error.name === 'SpeechError' ? error : broken(format, error)
  } finally {
    decoder.free()
  }
  if (faults > 0) throw broken(format)
  return sound.finish(format)
}

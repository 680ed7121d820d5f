import { id3End } from './id3.ts'

export type AudioFormat = 'wav' | 'flac' | 'mp3' | 'ogg-opus' | 'ogg-vorbis' | 'webm' | 'mp4' | 'aac'

/** Tells the format by its first bytes; a file's name is never trusted. Undefined when it is none that is known. */
export function sniffFormat(bytes: Uint8Array): AudioFormat | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  if (/^RIFF|^RF64/.test(text(0, 4)) && text(8, 12) === 'WAVE') return 'wav'
  if (text(0, 4) === 'fLaC') return 'flac'
  if (text(0, 4) === 'OggS') {
    const head = text(0, 512)
    if (head.includes('OpusHead')) return 'ogg-opus'
    return head.includes('\u0001vorbis') ? 'ogg-vorbis' : undefined
  }
  if (bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3) return 'webm'
  if (text(4, 8) === 'ftyp') return 'mp4'
  if (text(0, 3) === 'ID3') {
    const at = id3End(bytes)
    return text(at, at + 4) === 'fLaC' ? 'flac' : 'mp3'
  }
  const [first = 0, second = 0] = bytes
  if (first === 0xff && (second & 0xf6) === 0xf0) return 'aac'
  // MPEG frame sync, layer III, and a bit rate and sample rate that exist.
  const third = bytes[2] ?? 0xff
  if (first === 0xff && (second & 0xe6) === 0xe2 && third >> 4 !== 0xf && ((third >> 2) & 3) !== 3) return 'mp3'
  return undefined
}

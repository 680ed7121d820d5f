import { id3End } from './id3.ts'

/** What an MPEG layer III frame's four bytes say (ISO 11172-3, 13818-3 and the 2.5 extension). */
export interface Mp3Head {
  readonly sampleRate: number
  readonly channels: number
  /** Samples a channel. */
  readonly samples: number
  readonly bytes: number
  /** Where the main data begins, or a note that the encoder left there. */
  readonly sideEnd: number
}

const KBPS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const KBPS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const RATES = [44_100, 48_000, 32_000]

/** Between two frames: more than this that is no frame is rubbish. */
const MOST_SKIPPED = 4096

/**
 * Undefined for what is no frame of a stated bit rate. Frames of the free format, which no encoder in use writes, say
 * nothing of their length and are none either.
 */
export function readMp3Head(bytes: Uint8Array, at: number): Mp3Head | undefined {
  const [sync = 0, version = 0, rates = 0, mode = 0] = bytes.subarray(at, at + 4)
  if (sync !== 0xff || (version & 0xe6) !== 0xe2) return undefined
  const generation = (version >> 3) & 3
  const kbps = (generation === 3 ? KBPS_1 : KBPS_2)[rates >> 4]
  const fullRate = RATES[(rates >> 2) & 3]
  if (generation === 1 || !kbps || !fullRate) return undefined
  const sampleRate = fullRate / (generation === 3 ? 1 : generation === 2 ? 2 : 4)
  const samples = generation === 3 ? 1152 : 576
  const channels = mode >> 6 === 3 ? 1 : 2
  const side = generation === 3 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17
  return {
    sampleRate,
    channels,
    samples,
    bytes: Math.floor((samples * kbps * 125) / sampleRate) + ((rates >> 1) & 1),
    sideEnd: 4 + ((version & 1) === 0 ? 2 : 0) + side,
  }
}

export interface Mp3Frame {
  readonly head: Mp3Head
  readonly data: Uint8Array
}

/**
 * The frames of a file, without what taggers put before, between and behind them. Ends early where too much is no frame,
 * and says so: `isWhole` of the returned value. A last frame that was cut short is left out.
 */
export function* mp3Frames(bytes: Uint8Array): Generator<Mp3Frame, { isWhole: boolean }> {
  let at = id3End(bytes)
  let first: Mp3Head | undefined
  for (let skipped = 0; at + 4 <= bytes.length;) {
    const head = readMp3Head(bytes, at)
    const fits = head !== undefined && (first === undefined || first.sampleRate === head.sampleRate)
    if (fits && at + head.bytes > bytes.length) return { isWhole: true }
    // By chance rubbish looks like a frame, but hardly like two.
    if (fits && (skipped === 0 || at + head.bytes + 4 > bytes.length || readMp3Head(bytes, at + head.bytes))) {
      first ??= head
      yield { head, data: bytes.subarray(at, at + head.bytes) }
      at += head.bytes
      skipped = 0
      continue
    }
    if (first !== undefined && isTag(bytes, at)) return { isWhole: true }
    if (++skipped > MOST_SKIPPED) return { isWhole: false }
    at++
  }
  return { isWhole: true }
}

/** What stands behind the last frame, at any length: ID3v1, ID3v2, APE, Lyrics3. */
function isTag(bytes: Uint8Array, at: number): boolean {
  return /^(TAG|ID3|APETAGEX|LYRICSBEGIN)/.test(text(bytes, at, 11))
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

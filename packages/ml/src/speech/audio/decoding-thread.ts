import { parentPort, workerData } from 'node:worker_threads'
import { SpeechError, type SpeechErrorCode } from '../errors.ts'
import type { Audio, AudioLimits } from './audio.ts'
import { decodeFlac } from './flac.ts'
import { decodeMp3 } from './mp3.ts'
import { decodeOggOpus, decodeWebm } from './opus.ts'
import { decodeOggVorbis } from './vorbis.ts'

export interface DecodingTask {
  readonly format: 'flac' | 'mp3' | 'ogg-vorbis' | 'ogg-opus' | 'webm'
  readonly bytes: Uint8Array
  readonly limits: AudioLimits
}

export type DecodingAnswer =
  | { readonly audio: Audio }
  | { readonly code: SpeechErrorCode; readonly message: string; readonly field: string }

const DECODERS = {
  flac: decodeFlac,
  mp3: decodeMp3,
  'ogg-vorbis': decodeOggVorbis,
  'ogg-opus': decodeOggOpus,
  webm: decodeWebm,
}

// Loaded for its types elsewhere; as a thread it does its one task and ends.
if (parentPort) {
  const task: DecodingTask = workerData
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
  parentPort.postMessage('begun')
  const answer = await decode(task)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
  parentPort.postMessage(answer)
}

async function decode({ format, bytes, limits }: DecodingTask): Promise<DecodingAnswer> {
  try {
    return { audio: await DECODERS[format](bytes, limits) }
  } catch (error) {
    if (error instanceof SpeechError) return { code: error.code, message: error.message, field: error.field }
    return { code: 'audio.broken', message: 'The recording cannot be decoded.', field: 'audio' }
  }
}

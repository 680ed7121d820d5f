import { parentPort, workerData } from 'node:worker_threads'
import { SpeechError, type SpeechErrorCode } from '../errors.ts'
import type { Audio, AudioLimits } from './audio.ts'
import { decodeFlac, decodeMp3, decodeOggVorbis } from './compressed.ts'
import { decodeOpus } from './opus.ts'

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
  'ogg-opus': decodeOpus,
  webm: decodeOpus,
}

/** What each of them loads, ahead of the file, whose own time is limited. */
const LIBRARIES = {
  flac: () => import('@wasm-audio-decoders/flac'),
  mp3: () => import('mpg123-decoder'),
  'ogg-vorbis': () => import('@wasm-audio-decoders/ogg-vorbis'),
  'ogg-opus': () => Promise.all([import('mediabunny'), import('opus-decoder')]),
  webm: () => Promise.all([import('mediabunny'), import('opus-decoder')]),
}

// Loaded for its types elsewhere; as a thread it does its one task and ends.
if (parentPort) {
  const task: DecodingTask = workerData
  await LIBRARIES[task.format]()
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

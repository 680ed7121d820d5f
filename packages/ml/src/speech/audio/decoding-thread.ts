import { parentPort, workerData } from 'node:worker_threads'
import { SpeechError, type SpeechErrorCode } from '../errors.ts'
import type { Audio, AudioLimits } from './audio.ts'
import { resample } from './resample.ts'

const SPEECH_RATE = 16_000

export interface DecodingTask {
  readonly format: 'wav' | 'flac' | 'mp3' | 'ogg-vorbis' | 'ogg-opus' | 'webm'
  readonly bytes: Uint8Array
  readonly limits: AudioLimits
}

export type DecodingAnswer =
  | { readonly audio: Audio }
  | { readonly code: SpeechErrorCode; readonly message: string; readonly field: string }

type Decode = (bytes: Uint8Array, limits: AudioLimits) => Promise<Audio>

/** Each is loaded when it is wanted: a codec in WebAssembly takes its time. */
const DECODERS: Readonly<Record<DecodingTask['format'], () => Promise<Decode>>> = {
  wav: async () => (await import('./wav.ts')).decodeWav,
  flac: async () => (await import('./flac.ts')).decodeFlac,
  mp3: async () => (await import('./mp3.ts')).decodeMp3,
  'ogg-vorbis': async () => (await import('./vorbis.ts')).decodeOggVorbis,
  'ogg-opus': async () => (await import('./opus.ts')).decodeOggOpus,
  webm: async () => (await import('./opus.ts')).decodeWebm,
}

// Loaded for its types elsewhere; as a thread it does its one task and ends.
if (parentPort) {
  const task: DecodingTask = workerData
  const decoder = await DECODERS[task.format]()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
  parentPort.postMessage('begun')
  const answer = await decode(decoder, task)
  const sound = 'audio' in answer ? answer.audio.channels.map((channel) => channel.buffer) : []
  const handedOver = new Set(sound.filter((buffer) => buffer instanceof ArrayBuffer))
  parentPort.postMessage(answer, [...handedOver])
}

async function decode(decoder: Decode, { bytes, limits }: DecodingTask): Promise<DecodingAnswer> {
  try {
    const { channels, sampleRate } = await decoder(bytes, limits)
    return {
      audio: {
        channels: channels.map((channel) => resample(channel, sampleRate, SPEECH_RATE)),
        sampleRate: SPEECH_RATE,
      },
    }
  } catch (error) {
    if (error instanceof SpeechError) return { code: error.code, message: error.message, field: error.field }
    return { code: 'audio.broken', message: 'The recording cannot be decoded.', field: 'audio' }
  }
}

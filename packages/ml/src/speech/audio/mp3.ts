import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Audio, AudioGatherer, type AudioLimits, broken } from './audio.ts'
import { type Mp3Frame, mp3Frames } from './mp3-frames.ts'
import { type Gaps, readEncoderNote } from './mp3-gapless.ts'
import { SpeechError } from '../errors.ts'

const FORMAT = 'MP3'
const require = createRequire(import.meta.url)

/** As much of it as is used here: the types of Node leave it to those of browsers. */
declare const WebAssembly: {
  readonly instantiate: (code: Uint8Array, imports: object) => Promise<{ instance: { exports: unknown } }>
}

/** The functions that minimp3's wrapper has, of which its own JavaScript knows how to fetch them in a browser only. */
interface Minimp3 {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly decoder_init: () => void
  readonly decoder_set_mp3_data_size: (size: number) => void
  readonly decoder_mp3_data_offset: () => number
  readonly decoder_pcm_data_offset: () => number
  readonly decoder_decode: (seconds: number) => void
}

export async function decodeMp3(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const sound = new AudioGatherer(limits)
  try {
    const { before, after } = gather(bytes, await Minimp3Decoder.load(), sound)
    return sound.finish(FORMAT, before, sound.gathered - after)
  } catch (error) {
    throw error instanceof SpeechError ? error : broken(FORMAT, error)
  }
}

function gather(bytes: Uint8Array, decoder: Minimp3Decoder, sound: AudioGatherer): Gaps {
  const frames = mp3Frames(bytes)
  let gaps: Gaps | undefined
  for (let next = frames.next(); ; next = frames.next()) {
    if (next.done) {
      if (!next.value.isWhole) throw broken(FORMAT)
      return gaps ?? { before: 0, after: 0 }
    }
    const note = gaps === undefined ? readEncoderNote(next.value) : undefined
    gaps ??= note ?? { before: 0, after: 0 }
    if (!note) sound.add(decoder.decode(next.value), next.value.head.sampleRate)
  }
}

/**
 * minimp3 in WebAssembly, a frame at a time: what it would do with more, find frames and go round among them, is left
 * to us, who bound it. A minute of 44.1 kHz stereo takes 0.20 s, where mpg123 took 0.17; samples are of 16 bits.
 */
class Minimp3Decoder {
  private readonly wasm: Minimp3

  private constructor(wasm: Minimp3) {
    this.wasm = wasm
    wasm.decoder_init()
    // More than the longest frame and its samples take.
    wasm.memory.grow(1)
  }

  static async load(): Promise<Minimp3Decoder> {
    const { instance } = await WebAssembly.instantiate(
      readFileSync(require.resolve('minimp3-wasm/dist/decoder.opt.wasm')),
      {},
    )
    return new Minimp3Decoder(instance.exports as Minimp3)
  }

  decode({ head, data }: Mp3Frame): Float32Array[] {
    const { wasm } = this
    wasm.decoder_set_mp3_data_size(data.length)
    new Uint8Array(wasm.memory.buffer, wasm.decoder_mp3_data_offset(), data.length).set(data)
    // A frame whose beginning lies in a lost one leaves them as they are: silence.
    const pcm = new Int16Array(wasm.memory.buffer, wasm.decoder_pcm_data_offset(), head.samples * head.channels).fill(0)
    // As long as there is sound.
    wasm.decoder_decode(-1)
    return Array.from({ length: head.channels }, (_, channel) => {
      const samples = new Float32Array(head.samples)
      for (let i = 0; i < samples.length; i++) samples[i] = (pcm[i * head.channels + channel] ?? 0) / 32_768
      return samples
    })
  }
}

import { readFileSync } from 'node:fs'
import { alignWords } from '../decoding/alignment.ts'
import { Beam } from '../decoding/beam.ts'
import { Decoder } from '../decoding/decoder.ts'
import { parseLanguageModel } from '../decoding/language-model.ts'
import { greedyText } from '../decoding/greedy.ts'
import { sliceFrames } from '../decoding/log-probs.ts'
import { AcousticModel } from '../model/acoustic-model.ts'
import { type ModelFolder, readLines } from '../model/model-folder.ts'
import type { Job, SegmentJob, SegmentResult, WindowJob, WindowResult } from './jobs.ts'

/** A loaded model and what it does with jobs. It keeps nothing from one job to the next, so any worker can do any job. */
export class Performer {
  readonly acoustic: AcousticModel
  private readonly decoder: Decoder
  private readonly classes: number

  private constructor(acoustic: AcousticModel, decoder: Decoder) {
    this.acoustic = acoustic
    this.decoder = decoder
    this.classes = decoder.vocabulary.size
  }

  static async load(folder: ModelFolder): Promise<Performer> {
    const decoder = new Decoder({
      vocabulary: folder.vocabulary,
      languageModel: folder.languageModelFile ? parseLanguageModel(readFileSync(folder.languageModelFile)) : undefined,
      lexicon: folder.lexiconFile ? readLines(folder.lexiconFile).map((word) => word.toLowerCase()) : undefined,
      weights: folder.weights,
    })
    return new Performer(await AcousticModel.load(folder), decoder)
  }

  perform(job: Job): Promise<WindowResult | SegmentResult> {
    return job.kind === 'window' ? this.window(job) : Promise.resolve(this.segment(job))
  }

  private async window(job: WindowJob): Promise<WindowResult> {
    const { classes } = this
    const heard = await this.acoustic.logProbs(floats(job.samples))
    const probs = this.fitted(sliceFrames(heard, job.first, job.first + job.count).data, job.count)
    if (this.decoder.weights.mode === 'greedy') return { probs, beam: undefined, text: '', stable: 0 }
    const beam = this.beam(job)
    beam.advance({ data: job.carried, frames: job.carried.length / classes, classes })
    beam.advance({ data: probs, frames: job.count, classes })
    return { probs, beam: beam.save(), ...beam.best() }
  }

  private segment(job: SegmentJob): SegmentResult {
    const { classes } = this
    const probs = { data: job.probs, frames: job.probs.length / classes, classes }
    if (this.decoder.weights.mode === 'greedy') {
      const text = greedyText(probs, this.decoder.vocabulary)
      return { words: alignWords(probs, text, this.decoder.vocabulary) }
    }
    const beam = this.beam(job)
    beam.advance(sliceFrames(probs, job.seen, probs.frames))
    return { words: alignWords(probs, beam.finish(), this.decoder.vocabulary) }
  }

  private beam({ hotwords, live, beam }: Job): Beam {
    const { beamWidth, liveBeamWidth } = this.decoder.weights
    return new Beam(this.decoder, { hotwords, width: live ? liveBeamWidth : beamWidth }, beam)
  }

  /** A graph may give a frame less than asked at the very end: what is missing is silence. */
  private fitted(data: Float32Array, count: number): Float32Array {
    if (data.length === count * this.classes) return data
    const whole = new Float32Array(count * this.classes).fill(-20)
    for (let frame = 0; frame < count; frame++) whole[frame * this.classes + this.decoder.vocabulary.blank] = 0
    whole.set(data)
    return whole
  }
}

/** -1 to 1. A loop: `Float32Array.from` with a function takes longer than the network does. */
function floats(samples: Int16Array): Float32Array {
  const wide = new Float32Array(samples.length)
  for (let i = 0; i < samples.length; i++) wide[i] = (samples[i] ?? 0) / 32_768
  return wide
}

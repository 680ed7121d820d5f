import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type LogProbs, logSoftmax } from '../decoding/log-probs.ts'
import { SpeechError } from '../errors.ts'
import type { ModelFolder } from './model-folder.ts'

/** A loaded network. `run` blocks its thread although it returns a promise: it belongs in a worker. */
export class AcousticModel {
  /** Samples from one frame to the next. */
  readonly samplesPerFrame: number
  private readonly session: InferenceSession
  private readonly folder: ModelFolder

  private constructor(session: InferenceSession, folder: ModelFolder, samplesPerFrame: number) {
    this.session = session
    this.folder = folder
    this.samplesPerFrame = samplesPerFrame
  }

  static async load(folder: ModelFolder): Promise<AcousticModel> {
    const session = await InferenceSession.create(folder.onnxFile, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    }).catch((cause: unknown) => {
      throw new SpeechError('model.invalid', 'model.onnx cannot be loaded.', { field: 'model.onnx', cause })
    })
    if (!session.inputNames.includes('input_values') || !session.outputNames.includes('logits'))
      throw new SpeechError('model.invalid', 'model.onnx does not take input_values to logits.', {
        field: 'model.onnx',
      })
    const probe = new AcousticModel(session, folder, 0)
    const [short, long] = [
      await probe.logProbs(new Float32Array(16_000)),
      await probe.logProbs(new Float32Array(48_000)),
    ]
    const samplesPerFrame = 32_000 / (long.frames - short.frames)
    if (!Number.isInteger(samplesPerFrame))
      throw new SpeechError('model.invalid', 'model.onnx has no whole number of samples a frame.', {
        field: 'model.onnx',
      })
    return new AcousticModel(session, folder, samplesPerFrame)
  }

  /** `samples` are 16 kHz, -1 to 1, at least 400 of them. */
  async logProbs(samples: Float32Array): Promise<LogProbs> {
    const input = this.folder.normalize ? standardise(samples) : samples
    const output = await this.session.run({ input_values: new Tensor('float32', input, [1, input.length]) })
    const logits = output['logits']
    const classes = logits?.dims[2]
    if (!logits || !(logits.data instanceof Float32Array) || classes !== this.folder.vocabulary.size)
      throw new SpeechError('model.invalid', 'The logits of model.onnx do not fit vocab.json.', { field: 'model.onnx' })
    return logSoftmax(logits.data, classes)
  }

  async release(): Promise<void> {
    await this.session.release()
  }
}

/** Zero mean and unit variance over the window, as wav2vec2's feature extractor does. */
export function standardise(samples: Float32Array): Float32Array {
  let sum = 0
  for (const sample of samples) sum += sample
  const mean = sum / samples.length
  let squares = 0
  for (const sample of samples) squares += (sample - mean) ** 2
  const scale = 1 / Math.sqrt(squares / samples.length + 1e-7)
  return samples.map((sample) => (sample - mean) * scale)
}

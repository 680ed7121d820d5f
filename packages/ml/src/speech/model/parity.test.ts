import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeAudio, mixDown } from '../audio/decode-audio.ts'
import { logSoftmax } from '../decoding/log-probs.ts'
import { AcousticModel, standardise } from './acoustic-model.ts'
import { sha256Of } from './install-model.ts'
import { EMBEDDED_MODEL, readModelFolder } from './model-folder.ts'

/** Made from the shipped weights by `python -m speech_model parity` (tools/speech-model/README.md). */
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url))
const shipped = join(EMBEDDED_MODEL, 'model.onnx')
const about: { model: string; frames: number; classes: number } = JSON.parse(
  readFileSync(join(fixtures, 'parity.json'), 'utf8'),
)
/** What PyTorch makes of the shipped weights and `parity.wav`. */
const framework = new Float32Array(new Uint8Array(readFileSync(join(fixtures, 'logits.f32'))).buffer)

const scratch = mkdtempSync(join(tmpdir(), 'chartwire-parity-'))
let samples: Float32Array
beforeAll(async () => {
  samples = mixDown(await decodeAudio(readFileSync(join(fixtures, 'parity.wav'))))
  copyFileSync(shipped, join(scratch, 'model.onnx'))
  copyFileSync(join(fixtures, 'float.onnx'), join(scratch, 'float.onnx'))
})
afterAll(() => rmSync(scratch, { recursive: true }))

async function logits(file: string): Promise<Float32Array> {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    // Products of dequantised weights in float, not with the other side rounded to eight bits.
    extra: { session: { qdq_matmulnbits_accuracy_level: '1' } },
  })
  const input = standardise(samples)
  const { logits: output } = await session.run({ input_values: new Tensor('float32', input, [1, input.length]) })
  await session.release()
  if (!(output?.data instanceof Float32Array)) throw new Error('The graph gives no floats.')
  expect(output.dims).toEqual([1, about.frames, about.classes])
  return output.data
}

const differences = (a: Float32Array): number[] => [...a].map((value, i) => Math.abs(value - (framework[i] ?? NaN)))

/** Share of frames whose likeliest letter both agree on. */
function agreement(a: Float32Array): number {
  const likeliest = (of: Float32Array, frame: number): number => {
    const row = of.subarray(frame * about.classes, (frame + 1) * about.classes)
    return row.indexOf(Math.max(...row))
  }
  const frames = Array.from({ length: about.frames }, (_, frame) => frame)
  return frames.filter((frame) => likeliest(a, frame) === likeliest(framework, frame)).length / about.frames
}

describe('the shipped weights', () => {
  it('are those that the framework’s logits were made from', () => {
    expect(sha256Of(readFileSync(shipped))).toBe(about.model)
    expect(framework).toHaveLength(about.frames * about.classes)
  })

  it('give the framework’s logits within 1e-3 in the exported float graph', async () => {
    // 1.3e-5 where it was measured.
    expect(Math.max(...differences(await logits(join(scratch, 'float.onnx'))))).toBeLessThan(1e-3)
  })

  it('give nearly the same in the shipped graph, which rounds what flows between layers to eight bits', async () => {
    // 0.36 at most, 0.034 on average and 99.2 % where it was measured; processors round int8 products differently.
    const heard = await logits(shipped)
    const apart = differences(heard)
    expect(Math.max(...apart)).toBeLessThan(1)
    expect(apart.reduce((sum, difference) => sum + difference, 0) / apart.length).toBeLessThan(0.1)
    expect(agreement(heard)).toBeGreaterThan(0.95)
  })

  it('are heard by the engine as they are: same scaling, same softmax', async () => {
    const model = await AcousticModel.load(readModelFolder(EMBEDDED_MODEL))
    const heard = await model.logProbs(samples)
    await model.release()
    const expected = logSoftmax(await logits(shipped), about.classes)
    expect(heard).toEqual(expected)
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GraphNode, type Weight, writeOnnx } from './onnx-writer.ts'

/** The proportions of a wav2vec2 network; `BASE_960H` are those of the public base model, 94 million parameters. */
export interface Wav2Vec2Size {
  readonly channels: number
  readonly width: number
  readonly layers: number
  readonly heads: number
}

export const BASE_960H: Wav2Vec2Size = { channels: 512, width: 768, layers: 12, heads: 12 }

const KERNELS: readonly (readonly [kernel: number, stride: number])[] = [
  [10, 5],
  [3, 2],
  [3, 2],
  [3, 2],
  [3, 2],
  [2, 2],
  [2, 2],
]
const TOKENS = ['<pad>', '<s>', '</s>', '<unk>', '|', ...Array.from("ETAONIHSRDLUMWCFGYPBVK'XJQZ")]
const POSITION_KERNEL = 128

/**
 * Writes a model folder of wav2vec2's shape and contract with random weights, the matrix products in int8: it hears
 * nonsense, but costs what a real export of its size costs. For capacity tests, where no real weights may be at hand.
 */
export function writeRandomWav2Vec2(folder: string, size: Wav2Vec2Size): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), new Wav2Vec2Graph(size).bytes())
  writeFileSync(join(folder, 'vocab.json'), JSON.stringify(Object.fromEntries(TOKENS.map((token, i) => [token, i]))))
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ sampling_rate: 16_000, do_normalize: true }))
  writeFileSync(join(folder, 'speech.json'), JSON.stringify({ model: 'random-weights', decoding: { mode: 'greedy' } }))
}

class Wav2Vec2Graph {
  private readonly size: Wav2Vec2Size
  private readonly nodes: GraphNode[] = []
  private readonly weights: Weight[] = []
  private seed = 1

  constructor(size: Wav2Vec2Size) {
    this.size = size
  }

  bytes(): Uint8Array {
    const { channels, width, layers } = this.size
    let x = this.add('Unsqueeze', ['input_values', this.integers([1])])
    KERNELS.forEach(([kernel, stride], i) => {
      const inputs = i === 0 ? 1 : channels
      x = this.add('Conv', [x, this.random([channels, inputs, kernel])], { strides: [stride] })
      if (i === 0) x = this.add('InstanceNormalization', [x, this.ones(channels), this.zeros(channels)])
      x = this.gelu(x)
    })
    x = this.linear(this.norm(this.add('Transpose', [x], { perm: [0, 2, 1] }), channels), channels, width)
    x = this.norm(this.add('Add', [x, this.positions(x)]), width)
    for (let layer = 0; layer < layers; layer++) x = this.layer(x)
    const logits = this.linear(x, width, TOKENS.length)
    this.nodes.push({ type: 'Identity', inputs: [logits], outputs: ['logits'] })
    return writeOnnx({
      nodes: this.nodes,
      weights: this.weights,
      input: { name: 'input_values', dims: [1, 'samples'] },
      output: { name: 'logits', dims: [1, 'frames', TOKENS.length] },
    })
  }

  private layer(x: string): string {
    const { width, heads } = this.size
    const split = (y: string, perm: readonly number[]): string =>
      this.add('Transpose', [this.add('Reshape', [y, this.integers([1, -1, heads, width / heads])])], { perm })
    const query = split(this.linear(x, width, width), [0, 2, 1, 3])
    const key = split(this.linear(x, width, width), [0, 2, 3, 1])
    const value = split(this.linear(x, width, width), [0, 2, 1, 3])
    const scores = this.add('Mul', [this.add('MatMul', [query, key]), this.scalar(1 / Math.sqrt(width / heads))])
    const mixed = this.add('MatMul', [this.add('Softmax', [scores], { axis: -1 }), value])
    const joined = this.add('Reshape', [
      this.add('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
      this.integers([1, -1, width]),
    ])
    const attended = this.norm(this.add('Add', [x, this.linear(joined, width, width)]), width)
    const inner = this.linear(this.gelu(this.linear(attended, width, 4 * width)), 4 * width, width)
    return this.norm(this.add('Add', [attended, inner]), width)
  }

  /** wav2vec2 knows positions through one wide grouped convolution. */
  private positions(x: string): string {
    const { width } = this.size
    const kernel = this.random([width, width / 16, POSITION_KERNEL])
    const half = POSITION_KERNEL / 2
    const swapped = this.add('Transpose', [x], { perm: [0, 2, 1] })
    const convolved = this.add('Conv', [swapped, kernel], { group: 16, pads: [half, half - 1] })
    return this.add('Transpose', [this.gelu(convolved)], { perm: [0, 2, 1] })
  }

  /** Dynamic quantisation as onnxruntime's tool writes it: the input to uint8 at run time, int8 weights. */
  private linear(x: string, from: number, to: number): string {
    const [quantised, scale, zero] = [this.name(), this.name(), this.name()]
    this.nodes.push({ type: 'DynamicQuantizeLinear', inputs: [x], outputs: [quantised, scale, zero] })
    const weight = this.weight(
      [from, to],
      tiled(new Int8Array(from * to), () => Math.round(this.draw() * 127)),
    )
    const product = this.add('MatMulInteger', [quantised, weight, zero])
    const restored = this.add('Mul', [scale, this.scalar(1 / (64 * Math.sqrt(from)))])
    return this.add('Mul', [this.add('Cast', [product], { to: 1 }), restored])
  }

  private norm(x: string, width: number): string {
    return this.add('LayerNormalization', [x, this.ones(width), this.zeros(width)], {
      axis: -1,
      epsilon: { float: 1e-5 },
    })
  }

  private gelu(x: string): string {
    const erf = this.add('Erf', [this.add('Mul', [x, this.scalar(Math.SQRT1_2)])])
    const half = this.add('Mul', [x, this.scalar(0.5)])
    return this.add('Mul', [half, this.add('Add', [erf, this.scalar(1)])])
  }

  private add(type: string, inputs: readonly string[], attributes: NonNullable<GraphNode['attributes']> = {}): string {
    const out = this.name()
    this.nodes.push({ type, inputs, outputs: [out], attributes })
    return out
  }

  private name(): string {
    return `v${this.seed++}`
  }

  private weight(dims: readonly number[], data: Weight['data']): string {
    const name = this.name()
    this.weights.push({ name, dims, data })
    return name
  }

  private random(dims: readonly number[]): string {
    const count = dims.reduce((product, dim) => product * dim, 1)
    const scale = Math.sqrt(3 / (count / (dims[0] ?? 1)))
    return this.weight(
      dims,
      tiled(new Float32Array(count), () => this.draw() * scale),
    )
  }

  private ones(count: number): string {
    return this.weight([count], new Float32Array(count).fill(1))
  }

  private zeros(count: number): string {
    return this.weight([count], new Float32Array(count))
  }

  private scalar(value: number): string {
    return this.weight([], Float32Array.of(value))
  }

  private integers(values: readonly number[]): string {
    return this.weight([values.length], BigInt64Array.from(values.map(BigInt)))
  }

  private state = 0x2545f491

  /** -1 to 1, the same row of numbers every time (xorshift). */
  private draw(): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return this.state / 0x8000_0000
  }
}

/** Only so many different numbers, over and over: drawing 94 million would take longer than any test. */
function tiled<T extends Int8Array | Float32Array>(array: T, draw: () => number): T {
  const block = Math.min(array.length, 65_521)
  for (let i = 0; i < block; i++) array[i] = draw()
  for (let at = block; at < array.length; at += block) array.copyWithin(at, 0, Math.min(block, array.length - at))
  return array
}

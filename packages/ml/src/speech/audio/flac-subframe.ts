import { broken } from './audio.ts'
import type { FlacBits } from './flac-bits.ts'

/** The predictors of section 9.2.5, the latest sample last. */
const FIXED = [[], [1], [-1, 2], [1, -3, 3], [-1, 4, -6, 4]]

/** One channel of a frame (RFC 9639, section 9.2): a constant, bare samples, or a predictor and what it misses by. */
export function readSubframe(bits: FlacBits, size: number, sampleBits: number): Int32Array {
  if (bits.unsigned(1) !== 0) throw broken('FLAC')
  const type = bits.unsigned(6)
  const wasted = bits.unsigned(1) === 1 ? bits.unary() + 1 : 0
  const width = sampleBits - wasted
  if (width < 1) throw broken('FLAC')
  const samples = new Int32Array(size)
  if (type === 0) samples.fill(bits.signed(width))
  else if (type === 1) readBare(bits, samples, size, width)
  else if (type >= 8 && type <= 12) readFixed(bits, samples, type - 8, width)
  else if (type >= 32) readLinear(bits, samples, type - 31, width)
  else throw broken('FLAC')
  if (wasted > 0) for (let i = 0; i < size; i++) samples[i] = (samples[i] ?? 0) << wasted
  return samples
}

function readBare(bits: FlacBits, samples: Int32Array, count: number, width: number): void {
  if (count > samples.length) throw broken('FLAC')
  for (let i = 0; i < count; i++) samples[i] = bits.signed(width)
}

function readFixed(bits: FlacBits, samples: Int32Array, order: number, width: number): void {
  readBare(bits, samples, order, width)
  readResidual(bits, samples, order)
  addPrediction(samples, Int32Array.from(FIXED[order] ?? []), { shift: 0, isNarrow: true })
}

function readLinear(bits: FlacBits, samples: Int32Array, order: number, width: number): void {
  readBare(bits, samples, order, width)
  const precision = bits.unsigned(4) + 1
  const shift = bits.signed(5)
  if (precision === 16 || shift < 0) throw broken('FLAC')
  const coefficients = Int32Array.from({ length: order }, () => bits.signed(precision)).reverse()
  readResidual(bits, samples, order)
  const isNarrow = width + precision + Math.ceil(Math.log2(order)) <= 32
  addPrediction(samples, coefficients, { shift, isNarrow })
}

/** Partitions of Rice codes, each with its parameter, or of bare numbers. */
function readResidual(bits: FlacBits, samples: Int32Array, order: number): void {
  const method = bits.unsigned(2)
  if (method > 1) throw broken('FLAC')
  const escape = method === 0 ? 15 : 31
  const partitions = 1 << bits.unsigned(4)
  const length = samples.length / partitions
  if (!Number.isInteger(length) || length < order) throw broken('FLAC')
  for (let p = 0; p < partitions; p++) {
    const from = p === 0 ? order : p * length
    const to = (p + 1) * length
    const parameter = bits.unsigned(method === 0 ? 4 : 5)
    if (parameter !== escape) {
      bits.rice(parameter, samples, from, to)
      continue
    }
    const width = bits.unsigned(5)
    for (let i = from; i < to; i++) samples[i] = bits.signed(width)
  }
}

interface Arithmetic {
  readonly shift: number
  /** Sums fit 32 bits; else they are taken as doubles, which hold the 53 that can come up. */
  readonly isNarrow: boolean
}

function addPrediction(samples: Int32Array, coefficients: Int32Array, { shift, isNarrow }: Arithmetic): void {
  const order = coefficients.length
  for (let i = order; i < samples.length; i++) {
    let sum = 0
    const from = i - order
    if (isNarrow) {
      for (let j = 0; j < order; j++) sum = (sum + Math.imul(coefficients[j] ?? 0, samples[from + j] ?? 0)) | 0
      samples[i] = (samples[i] ?? 0) + (sum >> shift)
    } else {
      for (let j = 0; j < order; j++) sum += (coefficients[j] ?? 0) * (samples[from + j] ?? 0)
      samples[i] = (samples[i] ?? 0) + Math.floor(sum / 2 ** shift)
    }
  }
}

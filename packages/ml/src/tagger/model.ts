import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Weights of a linear model, as committed under packages/ml/models. */
export interface Model {
  /** Entity types of a tagger, labels of a classifier. */
  readonly names: readonly string[]
  /** Label to label for a tagger, empty for a classifier. */
  readonly transitions: Float64Array
  /** Adds the scores of a feature, times `amount`, to the row of label scores at `offset`. */
  readonly addScore: (feature: number, into: Float64Array, offset: number, amount: number) => void
}

/** What a model file holds before it is packed. */
export interface Weights {
  readonly names: readonly string[]
  readonly transitions: readonly number[]
  /** Feature hash to its non-zero weights, a label and a quantised weight each. */
  readonly features: ReadonlyMap<number, readonly (readonly [label: number, weight: number])[]>
  /** Value of one quantum. */
  readonly quantum: number
}

const MAGIC = 'chartwire-linear-1'
const models = new Map<string, Model>()

/** A committed model, read once. */
export function loadModel(name: string): Model {
  let model = models.get(name)
  if (!model) {
    const path = fileURLToPath(new URL(`../../models/${name}.bin`, import.meta.url))
    models.set(name, (model = unpackModel(readFileSync(path))))
  }
  return model
}

/**
 * Header as JSON behind its length; then, a feature sorted by hash: the hash (4 bytes), a count (1 byte), and so many
 * pairs of label and signed weight (2 bytes).
 */
export function packModel({ names, transitions, features, quantum }: Weights): Buffer {
  const sorted = [...features].filter(([, pairs]) => pairs.length > 0).toSorted(([a], [b]) => a - b)
  const header = Buffer.from(
    JSON.stringify({
      magic: MAGIC,
      names,
      quantum,
      count: sorted.length,
      transitions: transitions.map((value) => Number(value.toFixed(4))),
    }),
  )
  const size = sorted.reduce((total, [, pairs]) => total + 5 + 2 * pairs.length, 0)
  const out = Buffer.alloc(4 + header.length + size)
  out.writeUInt32LE(header.length, 0)
  header.copy(out, 4)
  let at = 4 + header.length
  for (const [name, pairs] of sorted) {
    at = out.writeUInt32LE(name, at)
    at = out.writeUInt8(pairs.length, at)
    for (const [label, weight] of pairs) at = out.writeInt8(weight, out.writeUInt8(label, at))
  }
  return out
}

/** @throws Error when the bytes are no model of this version: the installation is broken, nothing a caller can mend. */
export function unpackModel(bytes: Buffer): Model {
  const headerLength = bytes.readUInt32LE(0)
  const header = JSON.parse(bytes.toString('utf8', 4, 4 + headerLength)) as {
    magic: string
    names: string[]
    quantum: number
    count: number
    transitions: number[]
  }
  if (header.magic !== MAGIC) throw new Error('models: not a model of this version')
  const table = new HashTable(header.count)
  let at = 4 + headerLength
  for (let i = 0; i < header.count; i++) {
    table.set(bytes.readUInt32LE(at), at + 4)
    at += 5 + 2 * bytes.readUInt8(at + 4)
  }
  const { names, quantum, transitions } = header
  const unsigned = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    names,
    transitions: Float64Array.from(transitions),
    addScore(feature, into, offset, amount) {
      const pairs = table.get(feature)
      if (pairs === 0) return
      const end = pairs + 1 + 2 * (unsigned[pairs] ?? 0)
      const scale = quantum * amount
      for (let p = pairs + 1; p < end; p += 2) {
        const label = offset + (unsigned[p] ?? 0)
        into[label] = (into[label] ?? 0) + (signed[p + 1] ?? 0) * scale
      }
    },
  }
}

/** Open addressing in one typed array, name beside value: one cache line a look-up, where a Map takes several. */
class HashTable {
  readonly #cells: Uint32Array
  readonly #mask: number

  constructor(count: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)))
    this.#cells = new Uint32Array(size * 2)
    this.#mask = size - 1
  }

  set(name: number, value: number): void {
    let slot = name & this.#mask
    while (this.#cells[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask
    this.#cells[slot * 2] = name
    this.#cells[slot * 2 + 1] = value
  }

  /** 0 when the name is not there; values are never 0. */
  get(name: number): number {
    let slot = name & this.#mask
    for (;;) {
      const value = this.#cells[slot * 2 + 1] ?? 0
      if (value === 0 || this.#cells[slot * 2] === name) return value
      slot = (slot + 1) & this.#mask
    }
  }
}

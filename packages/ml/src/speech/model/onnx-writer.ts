/** The few parts of ONNX's protobuf schema (onnx.proto3, IR version 9) that it takes to write a graph. */

type Attribute = number | readonly number[] | { readonly float: number }

export interface GraphNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

export interface Weight {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array | Int8Array | BigInt64Array | Uint8Array
}

interface Port {
  readonly name: string
  readonly dims: readonly (number | string)[]
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly weights: readonly Weight[]
  readonly input: Port
  readonly output: Port
}

const FLOAT = 1

/** A model of operator set 17 as the bytes of a `.onnx` file. */
export function writeOnnx(graph: Graph): Uint8Array {
  const body = [
    ...graph.nodes.map((node) => message(1, writeNode(node))),
    text(2, 'graph'),
    ...graph.weights.map((weight) => message(5, writeWeight(weight))),
    message(11, writePort(graph.input)),
    message(12, writePort(graph.output)),
  ]
  const opset = message(8, [text(1, ''), integer(2, 17)])
  return Buffer.concat([integer(1, 9), text(2, 'chartwire'), message(7, body), opset])
}

function writeNode(node: GraphNode): Uint8Array[] {
  const attributes = Object.entries(node.attributes ?? {}).map(([name, value]) => {
    if (typeof value === 'number') return message(5, [text(1, name), integer(3, value), integer(20, 2)])
    if ('float' in value) return message(5, [text(1, name), float(2, value.float), integer(20, FLOAT)])
    return message(5, [text(1, name), ...value.map((one) => integer(8, one)), integer(20, 7)])
  })
  return [
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(4, node.type),
    ...attributes,
  ]
}

function writeWeight({ name, dims, data }: Weight): Uint8Array[] {
  const type = data instanceof Float32Array ? FLOAT : data instanceof Int8Array ? 3 : data instanceof Uint8Array ? 2 : 7
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return [...dims.map((dim) => integer(1, dim)), integer(2, type), text(8, name), field(9, raw)]
}

function writePort({ name, dims }: Port): Uint8Array[] {
  const shape = dims.map((dim) => message(1, [typeof dim === 'number' ? integer(1, dim) : text(2, dim)]))
  return [text(1, name), message(2, [message(1, [integer(1, FLOAT), message(2, shape)])])]
}

function message(number: number, parts: readonly Uint8Array[]): Uint8Array {
  return field(number, Buffer.concat(parts))
}

function text(number: number, value: string): Uint8Array {
  return field(number, new TextEncoder().encode(value))
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function integer(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number * 8), varint(value)])
}

function float(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number * 8 + 5), new Uint8Array(new Float32Array([value]).buffer)])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

/** Natural-log probabilities of every class in every frame, frames end to end. */
export interface LogProbs {
  readonly data: Float32Array
  readonly frames: number
  readonly classes: number
}

/** Log-softmax of raw network output, frame by frame. */
export function logSoftmax(logits: Float32Array, classes: number): LogProbs {
  const frames = Math.floor(logits.length / classes)
  const data = new Float32Array(frames * classes)
  for (let start = 0; start < data.length; start += classes) {
    let highest = -Infinity
    for (let c = 0; c < classes; c++) highest = Math.max(highest, logits[start + c] ?? -Infinity)
    let sum = 0
    for (let c = 0; c < classes; c++) sum += Math.exp((logits[start + c] ?? -Infinity) - highest)
    const total = highest + Math.log(sum)
    for (let c = 0; c < classes; c++) data[start + c] = (logits[start + c] ?? -Infinity) - total
  }
  return { data, frames, classes }
}

/** ln(e^a + e^b) without overflow. */
export function logAdd(a: number, b: number): number {
  if (a === -Infinity) return b
  if (b === -Infinity) return a
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b))
}

export function sliceFrames(probs: LogProbs, first: number, last: number): LogProbs {
  const data = probs.data.slice(first * probs.classes, last * probs.classes)
  return { data, frames: data.length / probs.classes, classes: probs.classes }
}

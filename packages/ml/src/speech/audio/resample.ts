/** Zero crossings of the sinc on either side; with the Kaiser window below the stop band lies about 80 dB down. */
const CROSSINGS = 16
const KAISER_BETA = 8
const MOST_PHASES = 1024

/** Band-limited change of sample rate: a windowed sinc, one set of coefficients for each phase the two rates share. */
export function resample(input: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return input
  const shared = greatestCommonDivisor(from, to)
  const up = to / shared
  const down = from / shared
  // Below 1 the output cannot hold what the input has: the pass band narrows.
  const cutoff = Math.min(1, to / from) * 0.95
  const reach = Math.ceil(CROSSINGS / cutoff)
  // Of rates that share little the nearest of so many phases will do: 70 dB down, where each its own takes for ever.
  const steps = Math.min(up, MOST_PHASES)
  const phases = new Map<number, Float32Array>()
  const output = new Float32Array(Math.floor((input.length * up) / down))
  for (let i = 0; i < output.length; i++) {
    const position = (i * down) / up
    const step = Math.round((position - Math.floor(position)) * steps)
    let taps = phases.get(step)
    if (!taps) phases.set(step, (taps = coefficients(step / steps, cutoff, reach)))
    output[i] = convolve(input, Math.floor(position) - reach + 1, taps)
  }
  return output
}

function convolve(input: Float32Array, first: number, taps: Float32Array): number {
  let sum = 0
  const last = Math.min(taps.length, input.length - first)
  for (let t = Math.max(0, -first); t < last; t++) sum += (taps[t] ?? 0) * (input[first + t] ?? 0)
  return sum
}

function coefficients(fraction: number, cutoff: number, reach: number): Float32Array {
  const taps = new Float32Array(reach * 2)
  let total = 0
  for (let t = 0; t < taps.length; t++) {
    const x = t - reach + 1 - fraction
    const edge = x / reach
    const window = Math.abs(edge) < 1 ? bessel(KAISER_BETA * Math.sqrt(1 - edge * edge)) / bessel(KAISER_BETA) : 0
    const angle = Math.PI * x * cutoff
    taps[t] = (angle === 0 ? 1 : Math.sin(angle) / angle) * window
    total += taps[t] ?? 0
  }
  return taps.map((tap) => tap / total)
}

/** Modified Bessel function of order zero, by its series. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; k < 32; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

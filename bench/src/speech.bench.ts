import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import {
  type Audio,
  BASE_960H,
  decodeAudio,
  mixDown,
  SpeechEngine,
  type SpeechSession,
  writeRandomWav2Vec2,
} from '@chartwire/ml/speech'
import { Lags } from './harness/lags.ts'

interface Figure {
  name: string
  value: number
  unit: string
  /** What the same work costs with nothing of ours around it. */
  ceiling: number
  /** Value for ceiling; the promise is in `target`. */
  ratio: number
  [detail: string]: unknown
}

const DICTATION = fileURLToPath(new URL('../../packages/ml/src/speech/audio/fixtures/dictation.ogg', import.meta.url))
/** Sound is sent in pieces as a microphone does, 100 ms each. */
const PIECE_MS = 100

export const benches = [
  { name: 'speech.rtf', run: realTimeFactor },
  { name: 'speech.sessions', run: simultaneousSessions },
]

/** Seconds of one core for a second of a recording, beside the bare network over the same sound in one piece. */
async function realTimeFactor({ seconds }: { seconds: number }): Promise<Figure[]> {
  const audio = await dictation()
  const before = memory()
  await using engine = await SpeechEngine.open({ workers: 1 })
  await engine.transcribe(audio)
  const loaded = memory(engine) - before
  const sound = mixDown(audio)
  const network = await InferenceSession.create(engine.model.onnxFile, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const input = { input_values: new Tensor('float32', sound, [1, sound.length]) }
  const [ours, bare] = [
    { seconds: 0, heard: 0 },
    { seconds: 0, heard: 0 },
  ]
  const timed = async (count: typeof ours, work: () => Promise<unknown>): Promise<void> => {
    const started = performance.now()
    await work()
    count.seconds += (performance.now() - started) / 1000
    count.heard += sound.length / 16_000
  }
  // Alternating, so that a noisy moment falls on both.
  const started = performance.now()
  while (performance.now() - started < seconds * 1000) {
    await timed(ours, () => engine.transcribe(audio))
    await timed(bare, () => network.run(input))
  }
  await network.release()
  const [value, ceiling] = [ours.seconds / ours.heard, bare.seconds / bare.heard]
  return [
    figure({ name: 'speech.rtf', value, unit: 's/s', ceiling, target: 0.02 }),
    figure({ name: 'speech.memory', value: loaded, unit: 'MB', ceiling: 150, target: 150 }),
  ]
}

/** How far behind live sound the words come with many dictations at once, and what is left in memory after. */
async function simultaneousSessions({ seconds }: { seconds: number }): Promise<Figure[]> {
  const sound = pcm(await dictation())
  await using engine = await SpeechEngine.open({ workers: Math.min(2, availableParallelism()) })
  await dictateTogether(engine, sound, { sessions: 100, seconds: Math.min(seconds, 60) })
  const before = anonymousMemory(engine)
  const used = processorSeconds(engine)
  const meanwhile: MemoryParts[] = []
  const lags = await dictateTogether(engine, sound, {
    sessions: 100,
    seconds,
    eachMinute: () => meanwhile.push(anonymousMemory(engine)),
  })
  const cores = (processorSeconds(engine) - used) / seconds
  const after = anonymousMemory(engine)
  const p95 = {
    name: 'speech.sessions.100.p95',
    value: lags.quantile(0.95),
    unit: 's',
    ceiling: wait(engine),
    target: 2,
  }
  const growth = {
    name: 'speech.sessions.growth',
    value: Math.max(0, after.server + after.recognisers - before.server - before.recognisers),
    unit: 'MB',
    ceiling: 100,
    target: 100,
  }
  return [
    // Processor time does not depend on what else the machine does.
    { ...figure(p95), cores: rounded(cores) },
    {
      ...figure(growth),
      server: rounded(after.server - before.server),
      recognisers: rounded(after.recognisers - before.recognisers),
      // What each had more than before while the sessions were open, minute by minute.
      serverByMinute: meanwhile.map((then) => rounded(then.server - before.server)),
      recognisersByMinute: meanwhile.map((then) => rounded(then.recognisers - before.recognisers)),
    },
    await baseSize(sound, Math.min(seconds, 20)),
  ]
}

/** Two live dictations with a network of wav2vec2-base's size, random weights, int8. */
async function baseSize(sound: Uint8Array, seconds: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'chartwire-bench-'))
  try {
    writeRandomWav2Vec2(folder, BASE_960H)
    await using engine = await SpeechEngine.open({ model: folder, workers: Math.min(2, availableParallelism()) })
    const lags = await dictateTogether(engine, sound, { sessions: 2, seconds })
    const value = lags.quantile(0.95)
    return figure({ name: 'speech.sessions.base.2.p95', value, unit: 's', ceiling: wait(engine), target: 4 })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Dictates in real time in many sessions, each at its own place in the sound, and samples how far each is behind. The
 * commit latency of a sample is that backlog and the stride and right context of a window, which every word waits for.
 */
async function dictateTogether(
  engine: SpeechEngine,
  sound: Uint8Array,
  { sessions: count, seconds, eachMinute }: { sessions: number; seconds: number; eachMinute?: () => void },
): Promise<Lags> {
  const sessions = Array.from({ length: count }, () => engine.openSession())
  const listeners = sessions.map(drain)
  const bytes = PIECE_MS * 32
  const lags = new Lags()
  const held = sessions.map(() => 0)
  const started = performance.now()
  for (let sent = 0; sent < (seconds * 1000) / PIECE_MS; sent++) {
    sessions.forEach((session, i) => {
      // Without credit a sender keeps its sound, which is then behind all the same.
      for (let kept = (held[i] ?? 0) + 1; ; kept--) {
        held[i] = kept
        if (kept === 0 || session.credit === 0) break
        const at = ((sent + 1 - kept + i * 7) * bytes) % (sound.length - bytes)
        session.push(sound.subarray(at, at + bytes))
      }
      lags.add(session.backlog + ((held[i] ?? 0) * PIECE_MS) / 1000 + wait(engine))
    })
    if (((sent + 1) * PIECE_MS) % 60_000 === 0) eachMinute?.()
    // Also a loop that is late lets what the recognisers answer be read, or the lag it measures would be its own.
    const pause = started + (sent + 1) * PIECE_MS - performance.now()
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause)))
  }
  await Promise.all(sessions.map((session) => session.end()))
  await Promise.all(listeners)
  return lags
}

/** Seconds that every word waits for the rest of its window, however fast it is then heard. */
function wait(engine: SpeechEngine): number {
  return engine.model.streaming.stride + engine.model.streaming.right
}

async function drain(session: SpeechSession): Promise<void> {
  for await (const event of session) if (event.kind === 'final') continue
}

function dictation(): Promise<Audio> {
  return decodeAudio(readFileSync(DICTATION))
}

function pcm(audio: Audio): Uint8Array {
  return new Uint8Array(Int16Array.from(mixDown(audio), (sample) => Math.round(sample * 32_767)).buffer)
}

interface MemoryParts {
  /** This process, without its garbage. */
  readonly server: number
  readonly recognisers: number
}

/** MB, of the recognisers with shared pages by their share. */
function memoryParts(engine?: SpeechEngine): MemoryParts {
  collectGarbage()
  const recognisers = (engine?.workers ?? []).map((pid) => {
    const share = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    return (Number(share?.[1]) * 1024) / 1_000_000
  })
  return {
    server: process.memoryUsage.rss() / 1_000_000,
    recognisers: recognisers.reduce((sum, recogniser) => sum + recogniser, 0),
  }
}

/**
 * MB that only these processes hold and the kernel cannot take back: what a leak is made of. Pages of files (node, the
 * weights) are left out, as their share moves with what else on the machine has them open.
 */
function anonymousMemory(engine: SpeechEngine): MemoryParts {
  collectGarbage()
  const of = (pid: number): number => {
    const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return (Number(anonymous?.[1]) * 1024) / 1_000_000
  }
  return { server: of(process.pid), recognisers: engine.workers.reduce((sum, pid) => sum + of(pid), 0) }
}

function memory(engine?: SpeechEngine): number {
  const { server, recognisers } = memoryParts(engine)
  return server + recognisers
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Of this process and the recognisers; Linux counts a process's time in hundredths. */
function processorSeconds(engine: SpeechEngine): number {
  const { user, system } = process.cpuUsage()
  const workers = engine.workers.map((pid) => {
    const [, , , , , , , , , , , inUser, inSystem] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(inUser) + Number(inSystem)) / 100
  })
  return (user + system) / 1e6 + workers.reduce((sum, worker) => sum + worker, 0)
}

function figure(of: { name: string; value: number; unit: string; ceiling: number; target: number }): Figure {
  return { ...of, value: rounded(of.value), ceiling: rounded(of.ceiling), ratio: rounded(of.value / of.ceiling) }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

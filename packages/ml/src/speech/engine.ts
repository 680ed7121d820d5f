import { availableParallelism } from 'node:os'
import { type Audio, type AudioLimits, DEFAULT_LIMITS } from './audio/audio.ts'
import { decodeAudio, mixDown } from './audio/decode-audio.ts'
import { SpeechError } from './errors.ts'
import { EMBEDDED_MODEL, type ModelFolder, readModelFolder } from './model/model-folder.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import type { FinalEvent, SpokenWord } from './streaming/events.ts'
import { FRAMES_A_SECOND } from './streaming/segment.ts'
import { type SavedSession, type SessionOptions, SpeechSession } from './streaming/speech-session.ts'
import { joinTexts } from './text/normalise-transcript.ts'

export interface EngineOptions {
  /** A model folder; without it the embedded demonstration model. */
  readonly model?: string | undefined
  /** Processes that hear, one model and one core each; by default one for every two cores, at least one. */
  readonly workers?: number
  readonly maxSessions?: number
  /** Path of an ffmpeg, for M4A and AAC files. */
  readonly ffmpeg?: string | undefined
  readonly limits?: Partial<AudioLimits>
}

export interface Transcript {
  /** As for a note. */
  readonly text: string
  /** As spoken. */
  readonly raw: string
  readonly words: readonly SpokenWord[]
  readonly model: string
  readonly seconds: number
}

export interface TranscribeOptions extends Pick<SessionOptions, 'hotwords' | 'pause'> {
  /** Share of the recording that was handed over, 0 to 1. */
  readonly onProgress?: (share: number) => void
}

/**
 * Speech recognition for many dictations at once. All hearing happens in worker processes behind one bounded queue; live
 * sessions go before files. Close it to end its workers.
 */
export class SpeechEngine implements AsyncDisposable {
  readonly model: ModelFolder
  private readonly pool: WorkerPool
  private readonly maxSessions: number
  private readonly options: EngineOptions
  private readonly sessions = new Set<SpeechSession>()

  private constructor(model: ModelFolder, options: EngineOptions) {
    this.model = model
    this.options = options
    this.maxSessions = options.maxSessions ?? 256
    const workers = options.workers ?? Math.max(1, Math.floor(availableParallelism() / 2))
    // A session has at most one job for each of its two channels in the queue.
    this.pool = new WorkerPool(model, { workers, queueLimit: this.maxSessions * 2 + 64 })
  }

  /** Resolves when the model is loaded; throws `model.missing`, `model.invalid` or `model.failed`. */
  static async open(options: EngineOptions = {}): Promise<SpeechEngine> {
    const engine = new SpeechEngine(readModelFolder(options.model ?? EMBEDDED_MODEL), options)
    try {
      const { samplesPerFrame } = await engine.pool.ready
      if (samplesPerFrame * FRAMES_A_SECOND !== 16_000)
        throw new SpeechError('model.invalid', 'The frames of model.onnx are not 20 ms long.', { field: 'model.onnx' })
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  /** Throws `engine.busy` when all sessions are taken. */
  openSession(options: SessionOptions = {}): SpeechSession {
    return this.admit({ options }, true)
  }

  /** Goes on from `SpeechSession.save`; the model must be the one that the session began with. */
  resumeSession(saved: SavedSession): SpeechSession {
    if (saved.version !== 1 || saved.model !== this.model.name)
      throw new SpeechError('session.invalid', 'The dictation was begun with another model.', { field: 'model' })
    return this.admit({ saved }, true)
  }

  /** A whole recording: a file's bytes in any format that decodeAudio knows, or decoded sound of 16 kHz. */
  async transcribe(recording: Uint8Array | Audio, options: TranscribeOptions = {}): Promise<Transcript> {
    const audio = 'channels' in recording ? recording : await this.decode(recording)
    const length = audio.channels[0]?.length ?? 0
    const { onProgress, ...sessionOptions } = options
    const session = this.admit({ options: sessionOptions }, false)
    const finals: FinalEvent[] = []
    const reading = (async () => {
      for await (const event of session) if (event.kind === 'final') finals.push(event)
    })()
    try {
      await Promise.all([feed(session, audio, onProgress), reading])
    } finally {
      await session.abandon()
    }
    return {
      text: joinTexts(finals.map((final) => final.text)),
      raw: finals.map((final) => final.raw).join(' '),
      words: finals.flatMap((final) => final.words),
      model: this.model.name,
      seconds: Math.round((length / 16_000) * 1000) / 1000,
    }
  }

  decode(bytes: Uint8Array): Promise<Audio> {
    return decodeAudio(bytes, { limits: { ...DEFAULT_LIMITS, ...this.options.limits }, ffmpeg: this.options.ffmpeg })
  }

  /** Jobs that wait for a worker, and open sessions. */
  get load(): { queued: number; sessions: number } {
    return { queued: this.pool.queued, sessions: this.sessions.size }
  }

  /** Process ids of the workers, for metrics; one that is killed is replaced and its work done again. */
  get workers(): readonly number[] {
    return this.pool.pids
  }

  async close(): Promise<void> {
    await this.pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private admit(from: { options: SessionOptions } | { saved: SavedSession }, live: boolean): SpeechSession {
    if (this.sessions.size >= this.maxSessions)
      throw new SpeechError('engine.busy', 'All speech sessions are taken.', { field: 'engine', retryable: true })
    const foundation = { pool: this.pool, folder: this.model, live, closed: () => this.sessions.delete(session) }
    const session: SpeechSession = new SpeechSession(foundation, from)
    this.sessions.add(session)
    return session
  }
}

const PIECE = 16_000 * 2

async function feed(session: SpeechSession, audio: Audio, onProgress?: (share: number) => void): Promise<void> {
  const length = audio.channels[0]?.length ?? 0
  for (let at = 0; at < length; at += PIECE) {
    const piece = mixDown(audio, at, at + PIECE)
    const pcm = Int16Array.from(piece, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))))
    if (session.push(new Uint8Array(pcm.buffer)) === 0) await session.ready()
    onProgress?.(Math.min(1, (at + PIECE) / length))
  }
  await session.end()
}

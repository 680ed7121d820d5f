import { afterEach, describe, expect, it, vi } from 'vitest'
import { SpeechError } from '../errors.ts'
import { EMBEDDED_MODEL, readModelFolder } from '../model/model-folder.ts'
import type { Job, SegmentResult, WindowResult } from '../pool/jobs.ts'
import { WorkerPool } from '../pool/worker-pool.ts'
import type { SpeechEvent } from './events.ts'
import { type SavedSession, SpeechSession } from './speech-session.ts'

const folder = readModelFolder(EMBEDDED_MODEL)
const SECOND = new Uint8Array(32_000)

/** A pool of no workers: jobs wait, unless `answer` says what comes of them. */
function poolOf(answer?: (job: Job) => WindowResult | SegmentResult): WorkerPool {
  const pool = new WorkerPool(folder, { workers: 0, queueLimit: 10 })
  // Settled later, as a worker's answers are.
  if (answer) vi.spyOn(pool, 'run').mockImplementation((job: Job) => Promise.resolve(job).then(answer))
  return pool
}

function sessionOn(pool: WorkerPool, saved?: SavedSession): SpeechSession {
  return new SpeechSession({ pool, folder, live: true, closed: () => undefined }, saved ? { saved } : { options: {} })
}

/** Frames that are all blank, or all one letter. */
function frames(count: number, letter?: string): Float32Array {
  const { size, blank, classOf } = folder.vocabulary
  const probs = new Float32Array(count * size).fill(-20)
  const sure = letter === undefined ? blank : (classOf.get(letter) ?? blank)
  for (let frame = 0; frame < count; frame++) probs[frame * size + sure] = 0
  return probs
}

async function listen(session: SpeechSession): Promise<SpeechEvent[]> {
  const events: SpeechEvent[] = []
  for await (const event of session) events.push(event)
  return events
}

afterEach(() => void vi.restoreAllMocks())

describe('a session', () => {
  it('that is given up leaves the queue at once, whoever is before it', async () => {
    const pool = poolOf()
    const session = sessionOn(pool)
    const events = listen(session)
    session.push(Buffer.concat([SECOND, SECOND, SECOND]))
    await vi.waitFor(() => expect(pool.queued).toBe(1))
    await session.abandon()
    expect(pool.queued).toBe(0)
    expect((await events).every((event) => event.kind === 'lag')).toBe(true)
    await session.end()
  })

  it('that failed says why to whoever goes on speaking', async () => {
    const session = sessionOn(
      poolOf(() => {
        throw new SpeechError('model.failed', 'The speech model failed on a window.', { field: 'model' })
      }),
    )
    session.push(Buffer.concat([SECOND, SECOND]))
    await expect(listen(session)).rejects.toMatchObject({ code: 'model.failed' })
    expect(() => session.push(SECOND)).toThrow(expect.objectContaining({ code: 'model.failed' }))
  })

  it('that lagged when it was saved says so once, and when it has caught up', async () => {
    const pool = poolOf((job) =>
      job.kind === 'window' ? { probs: frames(job.count), beam: undefined, text: '', stable: 0 } : { words: [] },
    )
    const first = sessionOn(pool)
    first.push(Buffer.concat(Array.from({ length: 9 }, () => noise())))
    const saved: SavedSession = JSON.parse(JSON.stringify(await first.save()))
    await first.abandon()
    const second = sessionOn(pool, saved)
    const events = listen(second)
    await second.end()
    const lags = (await events).flatMap((event) => (event.kind === 'lag' ? [event.seconds > 0] : []))
    expect(lags).toEqual([true, false])
  })

  it('takes back a partial of which no word was left', async () => {
    const session = sessionOn(
      poolOf((job) =>
        job.kind === 'window'
          ? { probs: frames(job.count, 'e'), beam: undefined, text: 'e', stable: 0 }
          : { words: [] },
      ),
    )
    session.push(Buffer.concat([noise(), noise()]))
    await session.save()
    const events = listen(session)
    await session.end()
    expect((await events).at(-1)).toMatchObject({ kind: 'partial', text: '', segment: 0 })
  })
})

/** A second that is no silence, which nobody would have to hear. */
function noise(): Uint8Array {
  return new Uint8Array(Int16Array.from({ length: 16_000 }, (_, i) => ((i * 7919) % 4001) - 2000).buffer)
}

import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ModelFolder, readModelFolder } from '../model/model-folder.ts'
import { writeRandomWav2Vec2 } from '../model/random-wav2vec2.ts'
import type { WindowJob } from './jobs.ts'
import { WorkerPool } from './worker-pool.ts'

const scratch = mkdtempSync(join(tmpdir(), 'chartwire-pool-'))
let folder: ModelFolder
beforeAll(() => {
  writeRandomWav2Vec2(join(scratch, 'model'), { channels: 32, width: 64, layers: 1, heads: 4 })
  folder = readModelFolder(join(scratch, 'model'))
})
afterAll(() => rmSync(scratch, { recursive: true }))

const pool = (options: { workers?: number; answerMs?: number; queueLimit?: number } = {}): WorkerPool =>
  new WorkerPool(folder, { workers: 2, queueLimit: 256, ...options })

/** A window of a tone that no other number gives. */
function window(number: number, seconds = 1): WindowJob {
  const samples = Int16Array.from({ length: 16_000 * seconds }, (_, i) => 3000 * Math.sin(i / (number + 3)))
  return {
    kind: 'window',
    samples,
    first: 0,
    count: 40,
    carried: new Float32Array(0),
    beam: undefined,
    hotwords: [],
    live: true,
  }
}

const killAll = (of: WorkerPool, signal: NodeJS.Signals = 'SIGKILL'): void => {
  for (const pid of of.pids) process.kill(pid, signal)
}

/** Every job's own answer, from workers that live. */
async function undisturbed(count: number, seconds?: number): Promise<unknown[]> {
  const calm = pool()
  const answers = await Promise.all(Array.from({ length: count }, (_, i) => calm.run(window(i, seconds), 'partial')))
  await calm.close()
  expect(new Set(answers.map((answer) => String(answer.probs))).size).toBe(count)
  return answers
}

describe('a pool whose workers are killed', () => {
  it('gives every job its own answer, whenever the kill comes', async () => {
    const count = 12
    const expected = await undisturbed(count, 4)
    const hunted = pool()
    await hunted.ready
    let answered = 0
    const answers = Array.from({ length: count }, async (_, i) => {
      const answer = await hunted.run(window(i, 4), 'partial')
      // With work in hand, just after an answer, and while replacements load.
      if (++answered % 3 === 0) killAll(hunted)
      return answer
    })
    killAll(hunted)
    expect(await Promise.all(answers)).toEqual(expected)
    await hunted.close()
  })

  it('while they load, more often than a bad model is tried, comes up all the same', async () => {
    const hunted = pool({ workers: 1 })
    await hunted.ready
    const answer = hunted.run(window(1), 'final')
    for (let kills = 0, last = 0; kills < 8;) {
      const [pid] = hunted.pids
      if (pid !== undefined && pid !== last) {
        process.kill(pid, 'SIGKILL')
        last = pid
        kills++
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await answer).probs.length).toBeGreaterThan(0)
    await hunted.close()
  })
})

describe('a pool', () => {
  it('does finals before partials and both before files, however they came', async () => {
    const busy = pool({ workers: 1 })
    await busy.ready
    const order: string[] = []
    const jobs = (['file', 'file', 'partial', 'file', 'final', 'partial', 'final'] as const).map(
      async (priority, i) => {
        await busy.run(window(i), priority)
        order.push(priority)
      },
    )
    await Promise.all(jobs)
    // The first came to an idle worker.
    expect(order).toEqual(['file', 'final', 'final', 'partial', 'partial', 'file', 'file'])
    await busy.close()
  })

  it('takes no more than its queue holds', async () => {
    const small = pool({ workers: 1, queueLimit: 2 })
    await small.ready
    const jobs = Array.from({ length: 4 }, (_, i) => small.run(window(i), 'partial').catch((error: unknown) => error))
    expect(await jobs[3]).toMatchObject({ code: 'engine.busy', retryable: true })
    for (const job of jobs.slice(0, 3)) expect(await job).toHaveProperty('probs')
    await small.close()
  })

  it('ends a worker that neither answers nor dies, and has its job done by another', async () => {
    const slow = pool({ workers: 1, answerMs: 8000 })
    await slow.ready
    killAll(slow, 'SIGSTOP')
    expect((await slow.run(window(1), 'final')).probs.length).toBeGreaterThan(0)
    await slow.close()
  })

  it('outlives a model that cannot be read for a moment', async () => {
    const lasting = pool({ workers: 1 })
    await lasting.ready
    renameSync(folder.onnxFile, `${folder.onnxFile}.away`)
    const [before] = lasting.pids
    killAll(lasting)
    const answer = lasting.run(window(1), 'final')
    // Back as soon as the replacement, which finds nothing, has died too.
    const first = await until(() => lasting.pids.find((pid) => pid !== before))
    await until(() => !existsSync(`/proc/${first}`) || !lasting.pids.includes(first))
    renameSync(`${folder.onnxFile}.away`, folder.onnxFile)
    expect((await answer).probs.length).toBeGreaterThan(0)
    await lasting.close()
  })

  it('ends every job with the reason when it is closed, in hand or waiting, then and later', async () => {
    const closing = pool({ workers: 1 })
    await closing.ready
    const jobs = Array.from({ length: 4 }, (_, i) => closing.run(window(i, 8), 'file').catch((error: unknown) => error))
    const [pid] = closing.pids
    await closing.close()
    for (const job of [...jobs, closing.run(window(9), 'final').catch((error: unknown) => error)])
      expect(await job).toMatchObject({ code: 'engine.closed' })
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/)
  })

  it('says why a model does not load, and leaves no process behind', async () => {
    const broken = new WorkerPool({ ...folder, onnxFile: folder.path }, { workers: 2, queueLimit: 8 })
    await expect(broken.ready).rejects.toMatchObject({ code: 'model.invalid', field: 'model.onnx' })
    await expect(broken.run(window(1), 'final')).rejects.toMatchObject({ code: 'model.invalid' })
    await broken.close()
    expect(broken.pids).toEqual([])
  })
})

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeAudio, mixDown } from './audio/decode-audio.ts'
import { SpeechEngine } from './engine.ts'
import { errorRate, scoreUtterance, sumErrors } from './evaluate.ts'
import { installedModels, installModel, sha256Of } from './model/install-model.ts'
import { readModelFolder } from './model/model-folder.ts'
import { BASE_960H, writeRandomWav2Vec2 } from './model/random-wav2vec2.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import type { SpeechEvent } from './streaming/events.ts'
import { type SavedSession, SpeechSession } from './streaming/speech-session.ts'

const SAID =
  'blood pressure is one hundred and forty over ninety the patient denies chest pain start amlodipine five milligrams once daily'

const scratch = mkdtempSync(join(tmpdir(), 'chartwire-speech-'))
let engine: SpeechEngine
/** The dictation as PCM16 with a second of silence at the end, and the same backwards: sound that holds other words. */
let forwards: Uint8Array
let backwards: Uint8Array

beforeAll(async () => {
  engine = await SpeechEngine.open({ workers: 2 })
  const samples = mixDown(await decodeAudio(readFileSync(new URL('./audio/fixtures/dictation.ogg', import.meta.url))))
  const pcm = (sound: Float32Array): Uint8Array =>
    new Uint8Array(Int16Array.from([...sound, ...new Float32Array(16_000)], (s) => Math.round(s * 32_767)).buffer)
  forwards = pcm(samples)
  backwards = pcm(samples.toReversed())
})
afterAll(async () => {
  await engine.close()
  rmSync(scratch, { recursive: true })
})

async function listen(session: SpeechSession): Promise<SpeechEvent[]> {
  const events: SpeechEvent[] = []
  for await (const event of session) events.push(event)
  return events
}

/** Pushes sound in chunks as a patient sender does, and ends. */
async function speak(session: SpeechSession, sound: Uint8Array, chunk = 3200): Promise<SpeechEvent[]> {
  const events = listen(session)
  for (let at = 0; at < sound.length; at += chunk)
    if (session.push(sound.subarray(at, at + chunk)) === 0) await session.ready()
  await session.end()
  return events
}

/** What is stable stays, in the next partials and in the final; words follow each other and lie within the sound. */
function expectPromisesKept(events: readonly SpeechEvent[], seconds: number): void {
  const stable = new Map<number, string>()
  for (const event of events) {
    if (event.kind === 'lag') continue
    const text = event.kind === 'final' ? event.raw : event.text
    expect(text.slice(0, stable.get(event.segment)?.length)).toBe(stable.get(event.segment) ?? text)
    if (event.kind === 'partial') stable.set(event.segment, text.slice(0, event.stable))
  }
  const words = events.flatMap((event) => (event.kind === 'final' ? event.words : []))
  words.forEach((word, i) => {
    expect(word.end).toBeGreaterThanOrEqual(word.start)
    expect(word.start).toBeGreaterThanOrEqual(words[i - 1]?.end ?? 0)
    expect(word.confidence).toBeGreaterThan(0)
    expect(word.confidence).toBeLessThanOrEqual(1)
  })
  expect(words.at(-1)?.end).toBeLessThanOrEqual(seconds)
}

/** The same sound with no pause longer than 0.3 s. */
function hurried(sound: Uint8Array): Uint8Array {
  const samples = new Int16Array(sound.buffer, sound.byteOffset, sound.length / 2)
  let quiet = 0
  return Buffer.concat(
    Array.from({ length: Math.floor(samples.length / 160) }, (_, i) => {
      const piece = samples.subarray(i * 160, (i + 1) * 160)
      quiet = piece.every((sample) => Math.abs(sample) < 500) ? quiet + 1 : 0
      return quiet > 30 ? new Uint8Array(0) : new Uint8Array(piece.slice().buffer)
    }),
  )
}

const finals = (events: readonly SpeechEvent[]): unknown[] =>
  events.filter((event) => event.kind === 'final').map((final) => ({ ...final, seq: 0 }))

describe('a live session', () => {
  it('hears the dictation: partials whose stable part stays, then finals with times, signed by the model', async () => {
    const events = await speak(engine.openSession(), forwards)
    const last = events.filter((event) => event.kind === 'final')
    expect(errorRate(scoreUtterance(SAID, last.map((final) => final.raw).join(' ')).words)).toBeLessThan(0.35)
    expect(last[0]?.text).toMatch(/140\/90/)
    expect(new Set(events.map((event) => (event.kind === 'lag' ? 'embedded-demo' : event.model)))).toEqual(
      new Set(['embedded-demo']),
    )
    expectPromisesKept(events, forwards.length / 32_000)
    expect(events.map((event) => event.seq)).toEqual(events.map((event) => event.seq).toSorted((a, b) => a - b))
  })

  it('of somebody who does not pause is cut where no stable words are cut off', async () => {
    const hurry = hurried(forwards)
    const sound = Buffer.concat([hurry, hurry, hurry, hurry])
    const session = engine.openSession()
    const events = listen(session)
    // No faster than it is heard: a partial for every window.
    for (let at = 0; at < sound.length; at += 25_600) {
      session.push(sound.subarray(at, at + 25_600))
      await session.save()
    }
    await session.end()
    expectPromisesKept(await events, sound.length / 32_000)
    expect(finals(await events).length).toBeGreaterThan(1)
  })

  it('that is broken off within a word has no word that goes on behind the sound', async () => {
    for (const share of [0.55, 0.62, 0.7]) {
      const sound = forwards.subarray(0, Math.floor((forwards.length * share) / 2) * 2)
      const events = await speak(engine.openSession(), sound)
      expect(finals(events).length).toBeGreaterThan(0)
      expectPromisesKept(events, sound.length / 32_000)
    }
  })

  it('gives the same finals for chunks of any size, odd ones too', async () => {
    const expected = finals(await speak(engine.openSession(), forwards))
    expect(expected.length).toBeGreaterThan(0)
    for (const chunk of [999, 31_999, forwards.length])
      expect(finals(await speak(engine.openSession(), forwards, chunk))).toEqual(expected)
  })

  it('saved as JSON and resumed at any point gives exactly what the uninterrupted one gives', async () => {
    const expected = finals(await speak(engine.openSession(), forwards))
    for (const share of [0.13, 0.5, 0.87]) {
      const cut = Math.floor(forwards.length * share)
      const first = engine.openSession()
      const heard: SpeechEvent[] = []
      first.push(forwards.subarray(0, cut))
      const saved: SavedSession = JSON.parse(JSON.stringify(await first.save()))
      await first.abandon()
      heard.push(...(await speak(engine.resumeSession(saved), forwards.subarray(cut))))
      expect(finals(heard)).toEqual(expected)
    }
  })

  it('shares nothing with sessions beside it, each with its own words', async () => {
    const alone = [
      finals(await speak(engine.openSession(), forwards)),
      finals(await speak(engine.openSession(), backwards)),
    ]
    expect(alone[0]).not.toEqual(alone[1])
    const together = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        speak(engine.openSession(), i % 2 === 0 ? forwards : backwards, 1601 + i * 777),
      ),
    )
    together.forEach((events, i) => expect(finals(events)).toEqual(alone[i % 2]))
  })

  it('expects the names of its own patient and clinician, and of nobody else', async () => {
    const [expecting, other] = await Promise.all([
      speak(engine.openSession({ hotwords: ['AmLodipine', 'Zyxkowalski'] }), forwards),
      speak(engine.openSession(), forwards),
    ])
    const text = (events: readonly SpeechEvent[]): string =>
      events.flatMap((event) => (event.kind === 'final' ? [event.text] : [])).join(' ')
    expect(text(expecting)).toContain('AmLodipine')
    expect(text(other)).toContain('amlodipine')
    expect(text(other)).not.toContain('AmLodipine')
  })

  it('goes on with what its queue had no room for', async () => {
    const expected = finals(await speak(engine.openSession(), forwards))
    const pool = new WorkerPool(engine.model, { workers: 1, queueLimit: 1 })
    await pool.ready
    const run = vi.spyOn(pool, 'run')
    const session = (): SpeechSession =>
      new SpeechSession({ pool, folder: engine.model, live: true, closed: () => undefined }, { options: {} })
    const all = await Promise.all(Array.from({ length: 4 }, () => speak(session(), forwards)))
    await pool.close()
    for (const events of all) expect(finals(events)).toEqual(expected)
    expect(run.mock.settledResults.some(({ type }) => type === 'rejected')).toBe(true)
  })

  it('loses nothing when its workers are killed', async () => {
    const expected = finals(await speak(engine.openSession(), forwards))
    const session = engine.openSession()
    const events = listen(session)
    for (let at = 0; at < forwards.length; at += 16_000) {
      if (session.push(forwards.subarray(at, at + 16_000)) === 0) await session.ready()
      if (at % 64_000 === 0) for (const worker of engine.workers) process.kill(worker, 'SIGKILL')
    }
    await session.end()
    expect(finals(await events)).toEqual(expected)
  })

  it('takes two channels for two speakers', async () => {
    const both = Buffer.alloc(forwards.length * 2)
    for (let i = 0; i < forwards.length / 2; i++) {
      both.writeInt16LE(Buffer.from(forwards.buffer).readInt16LE(i * 2), i * 4)
      both.writeInt16LE(Buffer.from(backwards.buffer).readInt16LE(i * 2), i * 4 + 2)
    }
    const session = engine.openSession({ channels: 2, speakers: ['clinician', 'patient'] })
    const events = await speak(session, both, 5003)
    const of = (speaker: string): string =>
      events
        .map((event) => (event.kind === 'final' && event.speaker === speaker ? event.raw : ''))
        .join(' ')
        .trim()
    const alone = await speak(engine.openSession(), forwards)
    expect(alone.every((event) => event.kind === 'lag' || event.speaker === 'unknown')).toBe(true)
    expect(of('clinician').replace(/ +/g, ' ')).toBe(
      alone.flatMap((event) => (event.kind === 'final' ? [event.raw] : [])).join(' '),
    )
    const patient = await speak(engine.openSession(), backwards)
    expect(of('patient').replace(/ +/g, ' ')).toBe(
      patient.flatMap((event) => (event.kind === 'final' ? [event.raw] : [])).join(' '),
    )
    const numbers = events.flatMap((event) => (event.kind === 'final' ? [event.segment] : []))
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('keeps for a reader who is away the finals and no more than one partial a speaker', async () => {
    const both = Buffer.alloc(forwards.length * 2)
    for (let i = 0; i < forwards.length / 2; i++)
      for (const channel of [0, 2]) both.writeInt16LE(Buffer.from(forwards.buffer).readInt16LE(i * 2), i * 4 + channel)
    const session = engine.openSession({ channels: 2 })
    let most = 0
    for (let at = 0; at < both.length; at += 32_000) {
      session.push(both.subarray(at, at + 32_000))
      const { pending } = await session.save()
      most = Math.max(most, pending.filter((event) => event.kind === 'partial').length)
    }
    expect(most).toBe(2)
    await session.end()
    const left = await listen(session)
    expect(left.filter((event) => event.kind === 'partial')).toEqual([])
    expect(finals(left).length).toBeGreaterThanOrEqual(2)
  })

  it('asks a fast sender to wait, reports its lag, and refuses what would not fit rather than drop it', async () => {
    const session = engine.openSession()
    const minute = new Uint8Array(32_000 * 12)
    expect(session.push(minute)).toBe(0)
    expect(() => {
      for (let i = 0; i < 4; i++) session.push(minute)
    }).toThrow(expect.objectContaining({ code: 'session.overrun', retryable: true }))
    await session.ready()
    expect(session.credit).toBeGreaterThan(0)
    await session.end()
    const events = await listen(session)
    expect(events.some((event) => event.kind === 'lag' && event.seconds > 2)).toBe(true)
    expect(() => session.push(minute)).toThrow(expect.objectContaining({ code: 'session.closed' }))
  })

  it('hears no words in silence and none in steady noise', async () => {
    const noise = new Uint8Array(
      Int16Array.from({ length: 16_000 * 6 }, (_, i) => (((i * 7919) % 2003) - 1001) * 0.1).buffer,
    )
    expect(finals(await speak(engine.openSession(), new Uint8Array(32_000 * 6)))).toEqual([])
    expect(finals(await speak(engine.openSession(), noise)).length).toBeLessThanOrEqual(1)
  })

  it('is refused when all are taken, and a snapshot of another model is refused', async () => {
    await using small = await SpeechEngine.open({ workers: 1, maxSessions: 1 })
    const only = small.openSession()
    expect(() => small.openSession()).toThrow(expect.objectContaining({ code: 'engine.busy', retryable: true }))
    const saved = await only.save()
    await only.abandon()
    expect(() => small.resumeSession({ ...saved, model: 'other' })).toThrow(
      expect.objectContaining({ code: 'session.invalid' }),
    )
    await small.openSession().end()
  })
})

describe('a real export', () => {
  it('of wav2vec2’s shape loads, hears and signs its results', async () => {
    const folder = join(scratch, 'random')
    writeRandomWav2Vec2(folder, { channels: 32, width: 64, layers: 2, heads: 4 })
    await using other = await SpeechEngine.open({ model: folder, workers: 1 })
    const { model, raw, words } = await other.transcribe(
      readFileSync(new URL('./audio/fixtures/dictation.ogg', import.meta.url)),
    )
    expect(model).toBe('random-weights')
    expect(raw).toBe(words.map((word) => word.word).join(' '))
  })

  it('is checked and installed under its name, and a wrong digest leaves nothing behind', async () => {
    const folder = join(scratch, 'random')
    const into = join(scratch, 'models')
    writeRandomWav2Vec2(folder, { channels: 32, width: 64, layers: 2, heads: 4 })
    await expect(installModel({ from: folder, sha256: 'beef', into })).rejects.toMatchObject({ code: 'model.checksum' })
    expect(installedModels(into)).toEqual([])
    const digest = sha256Of(readFileSync(join(folder, 'model.onnx')))
    const { name, path } = await installModel({ from: folder, sha256: digest, into })
    expect(name).toBe('random-weights')
    expect(installedModels(into).map((model) => model.path)).toEqual([path])
    await expect(installModel({ from: 'http://example.org/model.tar.gz', into })).rejects.toMatchObject({
      code: 'model.invalid',
    })
    await expect(installModel({ from: 'https://example.org/model.tar.gz', into })).rejects.toMatchObject({
      code: 'model.checksum',
    })
  })

  it('of wav2vec2-base-960h’s size loads and hears', async () => {
    const folder = join(scratch, 'base')
    writeRandomWav2Vec2(folder, BASE_960H)
    await using other = await SpeechEngine.open({ model: folder, workers: 1 })
    const sound = { channels: [new Float32Array(32_000).map((_, i) => Math.sin(i / 7) / 4)], sampleRate: 16_000 }
    expect(await other.transcribe(sound)).toMatchObject({ model: 'random-weights', seconds: 2 })
  })

  it('keeps the case of its hotwords, which is how a note writes them', async () => {
    const folder = join(scratch, 'hotwords')
    writeRandomWav2Vec2(folder, { channels: 32, width: 64, layers: 1, heads: 4 })
    writeFileSync(join(folder, 'hotwords.txt'), 'Trikafta\n\n  McDonald \n')
    expect(readModelFolder(folder).hotwords).toEqual(['Trikafta', 'McDonald'])
  })

  it.each([
    ['no folder', () => undefined, 'model.missing'],
    ['a broken vocab.json', (folder: string) => writeFileSync(join(folder, 'vocab.json'), '{"A": 0'), 'model.invalid'],
    [
      'a vocab.json without a blank',
      (folder: string) => writeFileSync(join(folder, 'vocab.json'), '{"|": 0, "A": 1}'),
      'model.invalid',
    ],
    ['a broken model.onnx', (folder: string) => writeFileSync(join(folder, 'model.onnx'), 'nothing'), 'model.invalid'],
    [
      'another sample rate',
      (folder: string) => writeFileSync(join(folder, 'preprocessor_config.json'), '{"sampling_rate": 8000}'),
      'model.invalid',
    ],
  ])('with %s is refused', async (name, spoil, code) => {
    const folder = join(scratch, name)
    if (name !== 'no folder') writeRandomWav2Vec2(folder, { channels: 32, width: 64, layers: 1, heads: 4 })
    spoil(folder)
    await expect(SpeechEngine.open({ model: folder, workers: 1 })).rejects.toMatchObject({ code })
  })
})

const shared = process.env['CHARTWIRE_SHARED'] ?? new URL('../../../../../shared', import.meta.url).pathname
const recordings = join(shared, 'data/speech')
if (!existsSync(recordings))
  process.stdout.write(
    'NOT RUN: word error rates of the shipped model (no development recordings beside the project)\n',
  )

describe.runIf(existsSync(recordings))('the shipped model on the development recordings', () => {
  const ceilings: Record<string, number> = JSON.parse(
    readFileSync(
      join(readModelFolder(new URL('../../models/speech', import.meta.url).pathname).path, 'figures.json'),
      'utf8',
    ),
  )
  it.each(Object.entries(ceilings))(
    '%s: word error rate no worse than %f',
    // Every recording is decoded by a thread of its own: on a machine that others use too, that takes its time.
    { timeout: 300_000 },
    async (set, ceiling) => {
      const rows = readFileSync(join(recordings, set, 'transcripts.jsonl'), 'utf8')
        .trim()
        .split('\n')
      const scores = await Promise.all(
        rows.map(async (line) => {
          const { file, text }: { file: string; text: string } = JSON.parse(line)
          const heard = await engine.transcribe(readFileSync(join(recordings, set, file)))
          return scoreUtterance(text, heard.raw).words
        }),
      )
      expect(errorRate(sumErrors(scores))).toBeLessThanOrEqual(ceiling)
    },
  )
})

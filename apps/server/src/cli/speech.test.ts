import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EMBEDDED_MODEL } from '@chartwire/ml/speech'
import { afterAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const fixtures = fileURLToPath(new URL('../../../../packages/ml/src/speech/audio/fixtures', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chartwire-cli-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function chartwire(...args: string[]): Outcome {
  return chartwireWith({}, args)
}

interface Outcome {
  code: number | null
  out: string
  err: string
}

function chartwireWith(given: { env?: Record<string, string>; input?: Uint8Array }, args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      CHARTWIRE_INVOKED_FROM: fixtures,
      CHARTWIRE_MODELS: join(scratch, 'models'),
      ...given.env,
    },
    ...(given.input ? { input: given.input } : {}),
    timeout: 30_000,
  })
  return { code: status, out: stdout, err: stderr }
}

describe('chartwire transcribe', () => {
  it('prints a JSON line a file and goes on after one it cannot read', () => {
    writeFileSync(join(scratch, 'note.wav'), 'this is no sound')
    const { code, out, err } = chartwire(
      'transcribe',
      'dictation.ogg',
      join(scratch, 'note.wav'),
      'tone.m4a',
      'tone.flac',
    )
    expect(code).toBe(1)
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line.file)).toEqual(['dictation.ogg', 'tone.flac'])
    expect(Object.keys(lines[0])).toEqual(['file', 'text', 'words', 'model'])
    expect(lines[0].model).toBe('embedded-demo')
    expect(lines[0].text).toMatch(/blood pressure is .*140\/90/i)
    expect(err).toMatch(/note\.wav: .*\(audio\.unsupported\)\n.*tone\.m4a: .*\(audio\.needs_converter\)/s)
  })

  it('says of what cannot be heard why, each with its file', () => {
    const bytes = (name: string): Buffer => readFileSync(join(fixtures, name))
    writeFileSync(join(scratch, 'empty.wav'), '')
    writeFileSync(join(scratch, 'cut.ogg'), bytes('dictation.ogg').subarray(0, 12_000))
    writeFileSync(join(scratch, 'cut.webm'), bytes('tone.webm').subarray(0, 3_000))
    const names = ['empty.wav', 'cut.ogg', 'cut.webm', 'missing.wav', '.'].map((name) => join(scratch, name))
    const { code, out, err } = chartwire('transcribe', ...names)
    expect(code).toBe(1)
    expect(out).toBe('')
    const codes = err
      .trim()
      .split('\n')
      .map((line) => /\((.*)\)$/.exec(line)?.[1])
    expect(codes).toEqual(['audio.empty', 'audio.broken', 'audio.broken', 'audio.broken', 'audio.broken'])
  })

  it('goes on after a link in circles and a name too long, and hears standard input', () => {
    symlinkSync('circle', join(scratch, 'circle'))
    const dictation = readFileSync(join(fixtures, 'dictation.ogg'))
    const { code, out, err } = chartwireWith({ input: dictation }, [
      'transcribe',
      join(scratch, 'circle'),
      'n'.repeat(5000),
      '-',
    ])
    expect(code).toBe(1)
    expect(err.match(/\(audio\.broken\)/g)).toHaveLength(2)
    expect(JSON.parse(out)).toMatchObject({ file: '-', text: expect.stringMatching(/140\/90/) })
  })

  it('ends quietly when nobody reads on', () => {
    const { stderr, stdout } = spawnSync(
      '/bin/sh',
      [
        '-c',
        '{ "$0" "$1" transcribe dictation.ogg dictation.ogg tone.flac; echo $? >&2; } | true',
        process.execPath,
        main,
      ],
      { encoding: 'utf8', env: { ...process.env, CHARTWIRE_INVOKED_FROM: fixtures }, timeout: 30_000 },
    )
    expect([stdout, stderr]).toEqual(['', '0\n'])
  })

  it('says of a setting that it cannot be used, with its name and status 3', () => {
    for (const args of [
      ['transcribe', 'dictation.ogg'],
      ['models', 'list'],
    ])
      expect(chartwireWith({ env: { CHARTWIRE_SPEECH_MODEL: '/nowhere' } }, args)).toMatchObject({
        code: 3,
        out: '',
        err: expect.stringMatching(/^CHARTWIRE_SPEECH_MODEL: .*\/nowhere/),
      })
  })

  it('--raw gives the words as spoken', () => {
    const { code, out } = chartwire('transcribe', '--raw', 'dictation.ogg')
    expect(code).toBe(0)
    expect(JSON.parse(out).text).toMatch(/one hundred and forty over ninety/)
  })
})

describe('chartwire evaluate-speech', () => {
  it('scores a folder of recordings', () => {
    const text = 'blood pressure is one hundred and forty over ninety the patient denies chest pain'
    const file = join(fixtures, 'dictation.ogg')
    copyFileSync(file, join(scratch, 'a.ogg'))
    writeFileSync(
      join(scratch, 'transcripts.jsonl'),
      JSON.stringify({ file: 'a.ogg', text: `${text} start amlodipine five milligrams once daily` }),
    )
    const { code, out } = chartwire('evaluate-speech', '--data', scratch)
    expect(code).toBe(0)
    const score = JSON.parse(out)
    expect(score).toMatchObject({ model: 'embedded-demo', clips: 1, words: 20 })
    expect(score.wordErrorRate).toBeLessThan(0.35)
  })

  it('names the file of a set that is none', () => {
    const set = join(scratch, 'folders')
    mkdirSync(join(set, 'inner'), { recursive: true })
    writeFileSync(join(set, 'transcripts.jsonl'), JSON.stringify({ file: 'inner', text: 'one' }))
    expect(chartwire('evaluate-speech', '--data', set)).toMatchObject({
      code: 1,
      err: 'inner: This is a folder. (audio.broken)\n',
    })
  })

  it('compares a transcript with figures as it is written', () => {
    const set = join(scratch, 'figures')
    mkdirSync(set)
    copyFileSync(join(fixtures, 'dictation.ogg'), join(set, 'a.ogg'))
    const text = 'Blood pressure is 140/90, the patient denies chest pain. Start amlodipine 5 mg once daily.'
    writeFileSync(join(set, 'transcripts.jsonl'), JSON.stringify({ file: 'a.ogg', text }))
    expect(JSON.parse(chartwire('evaluate-speech', '--data', set).out)).toMatchObject({ words: 16, wordErrorRate: 0 })
  })

  it('names what is wrong with its input', () => {
    expect(chartwire('evaluate-speech', '--data', join(scratch, 'nowhere')).err).toMatch(/evaluation\.invalid/)
    expect(chartwire('evaluate-speech', '--data', join(fixtures, 'tone.flac')).err).toMatch(/evaluation\.invalid/)
    writeFileSync(join(scratch, 'transcripts.jsonl'), '{"file": "gone.wav", "text": "one"}')
    expect(chartwire('evaluate-speech', '--data', scratch)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/gone\.wav.*evaluation\.invalid/),
    })
    expect(chartwire('evaluate-speech', '--data', scratch, '--confusions', 'x').code).toBe(2)
    writeFileSync(join(scratch, 'transcripts.jsonl'), '{"file": 1}')
    expect(chartwire('evaluate-speech', '--data', scratch).err).toMatch(/Line 1 .*evaluation\.invalid/)
  })
})

describe('chartwire models', () => {
  it('lists the embedded model and says what it is', () => {
    const { code, out, err } = chartwire('models', 'list')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      model: 'embedded-demo',
      selected: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(err).toMatch(/demonstration/)
  })

  it('installs a folder whose digest is right, and nothing where it is not', () => {
    const digest = createHash('sha256')
      .update(readFileSync(join(EMBEDDED_MODEL, 'model.onnx')))
      .digest('hex')
    expect(chartwire('models', 'add', EMBEDDED_MODEL, '--sha256', digest.replace(/./, 'x'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/model\.checksum/),
    })
    expect(readdirSync(join(scratch, 'models'))).toEqual([])
    expect(chartwire('models', 'add', EMBEDDED_MODEL, '--sha256', digest, '--name', 'mine').code).toBe(0)
    const listed = chartwire('models', 'list').out.trim().split('\n')
    expect(listed.map((line) => JSON.parse(line).folder)).toEqual([EMBEDDED_MODEL, join(scratch, 'models', 'mine')])
  })

  it('refuses what is no model', () => {
    expect(chartwire('models', 'add', fixtures)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/model\.missing/),
    })
    expect(chartwire('models', 'add').code).toBe(2)
  })
})

describe('chartwire fine-tune-speech', () => {
  it('refuses too few recordings before anything is trained or written', () => {
    copyFileSync(join(fixtures, 'dictation.ogg'), join(scratch, 'a.ogg'))
    writeFileSync(join(scratch, 'transcripts.jsonl'), '{"file": "a.ogg", "text": "one"}')
    const out = join(scratch, 'tuned')
    expect(chartwire('fine-tune-speech', '--data', scratch, '--out', out)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/five recordings/),
    })
    expect(existsSync(out)).toBe(false)
  })

  it('leaves nothing behind where training cannot start', () => {
    const data = join(scratch, 'own')
    mkdirSync(data)
    copyFileSync(join(fixtures, 'dictation.ogg'), join(data, 'a.ogg'))
    const row = JSON.stringify({ file: 'a.ogg', text: 'start amlodipine five milligrams once daily' })
    writeFileSync(join(data, 'transcripts.jsonl'), Array.from({ length: 5 }, () => row).join('\n'))
    const out = join(scratch, 'untuned')
    const python = join(scratch, 'no-python')
    expect(
      chartwire('fine-tune-speech', '--data', data, '--out', out, '--python', relative(fixtures, python)),
    ).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Python cannot be started/),
    })
    writeFileSync(python, '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    expect(
      chartwire('fine-tune-speech', '--data', data, '--out', out, '--python', relative(fixtures, python)),
    ).toMatchObject({
      code: 1,
      err: expect.stringMatching(/lacks packages of tools\/speech-model\/requirements\.txt/),
    })
    expect(existsSync(out)).toBe(false)
  })
})

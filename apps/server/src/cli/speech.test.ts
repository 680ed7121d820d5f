import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const fixtures = fileURLToPath(new URL('../../../../packages/ml/src/speech/audio/fixtures', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chartwire-cli-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function chartwire(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { ...process.env, CHARTWIRE_INVOKED_FROM: fixtures, CHARTWIRE_MODELS: join(scratch, 'models') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env,
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

  it('names what is wrong with its input', () => {
    expect(chartwire('evaluate-speech', '--data', join(scratch, 'nowhere')).err).toMatch(/evaluation\.invalid/)
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
    writeFileSync(join(scratch, 'transcripts.jsonl'), '{"file": "a.ogg", "text": "one"}')
    const out = join(scratch, 'tuned')
    expect(chartwire('fine-tune-speech', '--data', scratch, '--out', out)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/five recordings/),
    })
    expect(existsSync(out)).toBe(false)
  })
})

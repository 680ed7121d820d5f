import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appRouter } from '@chartwire/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Served, serve } from './serve.ts'

interface Entry {
  operation: string
  procedure: string
}

const root = join(import.meta.dirname, '../../..')
const shared = process.env['CHARTWIRE_SHARED'] ?? join(root, '../shared')
const entries = JSON.parse(readFileSync(join(root, 'docs/parity.json'), 'utf8')) as Entry[]
const answers = [...new Set(entries.map(({ procedure }) => procedure))]
const isPage = (answer: string) => answer.startsWith('/')
const isCommand = (answer: string) => answer.startsWith('npm ')

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server[Symbol.asyncDispose]())

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** The help of a script of the root, down to the command that the words name. */
const helps = new Map<string, string>()
function helpOf(script: string, words: readonly string[]): string {
  const key = [script, ...words].join(' ')
  const program = scripts[script]?.split(' ').find((word) => word.endsWith('/main.ts')) ?? ''
  const known =
    helps.get(key) ??
    spawnSync(process.execPath, [join(root, program), ...words, '--help'], { encoding: 'utf8', cwd: root }).stdout
  helps.set(key, known)
  return known
}

describe('what answers an operation of the reference systems', () => {
  it.each(answers.filter((answer) => !isPage(answer) && !isCommand(answer)))('procedure %s is there', (path) => {
    expect(Object.keys(appRouter._def.procedures)).toContain(path)
  })

  it.each(answers.filter(isPage))('page %s is served', async (path) => {
    expect((await fetch(`${server.url}${path}`)).status).toBe(200)
  })

  it.each(answers.filter(isCommand))('command `%s` is there', (command) => {
    const [, first = '', second = ''] = command.split(' ')
    const script = first === 'run' ? second : first
    expect(Object.keys(scripts)).toContain(script)
    const words = command.split(' -- ')[1]?.split(' ') ?? []
    const option = words.find((word) => word.startsWith('--'))
    const names = words.filter((word) => word !== option)
    names.forEach((name, depth) => {
      expect(helpOf(script, names.slice(0, depth)).split('\n')).toContainEqual(
        expect.stringMatching(new RegExp(`^  ${name}\\b`)),
      )
    })
    const options = option === undefined ? [] : [option]
    for (const wanted of options) expect(helpOf(script, names)).toContain(`${wanted} `)
  })
})

const file = join(shared, 'spec/operations.json')
const isThere = existsSync(file)
if (!isThere) process.stdout.write(`NOT CHECKED: ${file} is not there, so docs/parity.json is not held against it.\n`)

describe.runIf(isThere)('the operations of the reference systems', () => {
  const operations = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as { id: string; seed: string }[]) : []

  it('of vital-sign monitoring are all answered', () => {
    const answered = new Set(entries.map(({ operation }) => operation))
    const monitoring = operations.filter(({ seed }) => seed === '002').map(({ id }) => id)
    expect(monitoring).toHaveLength(51)
    expect(monitoring.filter((id) => !answered.has(id))).toEqual([])
  })

  it('named in docs/parity.json exist, each once', () => {
    const known = new Set(operations.map(({ id }) => id))
    expect(entries.filter(({ operation }) => !known.has(operation))).toEqual([])
    expect(new Set(entries.map(({ operation }) => operation)).size).toBe(entries.length)
  })
})

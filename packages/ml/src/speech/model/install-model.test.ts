import { spawnSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { installedModels, installModel, sha256Of } from './install-model.ts'
import { readModelFolder } from './model-folder.ts'
import { writeRandomWav2Vec2 } from './random-wav2vec2.ts'

const scratch = mkdtempSync(join(tmpdir(), 'chartwire-install-'))
const folder = join(scratch, 'source')
const ADDRESS = 'https://models.example.org/wav2vec2.tar.gz?download=1'
let into: string
let count = 0

beforeAll(() => writeRandomWav2Vec2(folder, { channels: 32, width: 64, layers: 1, heads: 4 }))
afterEach(() => void vi.restoreAllMocks())
afterAll(() => rmSync(scratch, { recursive: true }))

function freshTarget(): string {
  into = join(scratch, `models-${count++}`)
  return into
}

/** A ustar archive; a name may have its folder in the prefix field, where long ones go. */
function tar(files: readonly { prefix?: string; name: string; bytes: Uint8Array }[]): Buffer {
  return Buffer.concat([
    ...files.flatMap(({ prefix = '', name, bytes }) => {
      const header = Buffer.alloc(512)
      header.write(name, 0)
      header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
      header.write('0', 156)
      header.write('ustar\0', 257)
      header.write(prefix, 345)
      return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
    }),
    Buffer.alloc(1024),
  ])
}

function modelArchive(prefix?: string): Buffer {
  const files = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
  return gzipSync(tar(files.map((file) => (prefix === undefined ? file : { ...file, prefix }))))
}

/** Answers what the addresses stand for, and keeps what was asked for. */
function answer(by: Record<string, () => Response>): string[] {
  const asked: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation((address) => {
    const { href } = new URL(address instanceof Request ? address.url : address)
    asked.push(href)
    const respond = by[href]
    return respond ? Promise.resolve(respond()) : Promise.reject(new TypeError('fetch failed'))
  })
  return asked
}

describe('a model behind an address', () => {
  it('is installed, whose top folder’s long name is in the prefix field, and keeps nothing but the model', async () => {
    const archive = modelArchive('a-folder')
    answer({ [ADDRESS]: () => new Response(archive) })
    await installModel({ from: ADDRESS, sha256: sha256Of(archive), into: freshTarget(), name: 'mine' })
    expect(readdirSync(into)).toEqual(['mine'])
    expect(installedModels(into)).toHaveLength(1)
  })

  it('is refused by its digest, and as broken where the digest is that of half of it', async () => {
    const archive = modelArchive()
    const half = archive.subarray(0, archive.length / 2)
    answer({ [ADDRESS]: () => new Response(half) })
    await expect(installModel({ from: ADDRESS, sha256: sha256Of(archive), into: freshTarget() })).rejects.toMatchObject(
      { code: 'model.checksum' },
    )
    await expect(installModel({ from: ADDRESS, sha256: sha256Of(half), into })).rejects.toMatchObject({
      code: 'model.invalid',
    })
    expect(readdirSync(into)).toEqual([])
  })

  it('that breaks off can be tried again', async () => {
    const breaking = new ReadableStream({
      pull: (controller) => controller.error(new TypeError('terminated')),
    })
    answer({ [ADDRESS]: () => new Response(breaking) })
    await expect(installModel({ from: ADDRESS, sha256: 'ab', into: freshTarget() })).rejects.toMatchObject({
      code: 'model.missing',
      retryable: true,
    })
    expect(readdirSync(into)).toEqual([])
  })

  it.each([
    'http://models.example.org/x.tar.gz',
    'https://127.0.0.1/x.tar.gz',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/x.tar.gz',
    'https://[fd00::1]/x.tar.gz',
    'https://[::ffff:10.0.0.1]/x.tar.gz',
  ])('does not lead to %s', async (target) => {
    const archive = modelArchive()
    const asked = answer({
      [ADDRESS]: () => new Response(null, { status: 302, headers: { location: target } }),
      [new URL(target).href]: () => new Response(archive),
    })
    await expect(installModel({ from: ADDRESS, sha256: sha256Of(archive), into: freshTarget() })).rejects.toMatchObject(
      { code: 'model.invalid', field: 'address' },
    )
    expect(asked).toEqual([ADDRESS])
  })

  it('is followed to where it has moved, and not in circles', async () => {
    const archive = modelArchive()
    const moved = 'https://models.example.org/moved'
    answer({
      [ADDRESS]: () => new Response(null, { status: 307, headers: { location: '/moved' } }),
      [moved]: () => new Response(archive),
    })
    const { name } = await installModel({ from: ADDRESS, sha256: sha256Of(archive), into: freshTarget() })
    expect(name).toBe('random-weights')
    answer({ [ADDRESS]: () => new Response(null, { status: 302, headers: { location: ADDRESS } }) })
    await expect(installModel({ from: ADDRESS, sha256: 'ab', into })).rejects.toMatchObject({ code: 'model.invalid' })
  })

  it('whose name cannot be one is refused before it is fetched', async () => {
    const asked = answer({})
    await expect(
      installModel({ from: ADDRESS, sha256: 'ab', into: freshTarget(), name: '../up' }),
    ).rejects.toMatchObject({ code: 'model.invalid', field: 'name' })
    expect(asked).toEqual([])
  })
})

describe('a model folder', () => {
  it('of links into a cache is installed as files of its own', async () => {
    const cache = join(scratch, 'cache')
    mkdirSync(cache)
    for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(cache, name))
    const { path } = await installModel({ from: cache, into: freshTarget() })
    expect(readdirSync(path).filter((name) => lstatSync(join(path, name)).isSymbolicLink())).toEqual([])
    expect(readdirSync(path).length).toBeGreaterThan(2)
  })

  it('takes away what an ended installation left, and nothing of one that goes on', async () => {
    const { pid: gone } = spawnSync(process.execPath, ['-e', ''])
    const names = [`.adding-${gone}-half`, `.adding-${process.pid}-going`]
    freshTarget()
    for (const name of names) mkdirSync(join(into, name), { recursive: true })
    await installModel({ from: folder, into })
    expect(readdirSync(into).toSorted()).toEqual([names[1], 'random-weights'])
  })

  it.each([
    ['streaming', { stride: 0 }],
    ['streaming', { stride: 0.001 }],
    ['streaming', { left: -1 }],
    ['streaming', { right: 1e9 }],
    ['decoding', { beamWidth: 0 }],
    ['decoding', { liveBeamWidth: 1.5 }],
    ['decoding', { wordBonus: null }],
  ])('whose speech.json has a %s of %j is refused', (part, given) => {
    const spoilt = join(scratch, 'spoilt')
    writeRandomWav2Vec2(spoilt, { channels: 32, width: 64, layers: 1, heads: 4 })
    writeFileSync(join(spoilt, 'speech.json'), JSON.stringify({ [part]: given }))
    expect(() => readModelFolder(spoilt)).toThrow(
      expect.objectContaining({ code: 'model.invalid', field: `${part}.${Object.keys(given)[0]}` }),
    )
  })

  it('with two tokens of one class, or a folder in a file’s place, is refused', () => {
    const spoilt = join(scratch, 'twice')
    writeRandomWav2Vec2(spoilt, { channels: 32, width: 64, layers: 1, heads: 4 })
    writeFileSync(join(spoilt, 'vocab.json'), '{"<pad>": 0, "|": 1, "A": 2, "B": 2}')
    expect(() => readModelFolder(spoilt)).toThrow(expect.objectContaining({ code: 'model.invalid' }))
    rmSync(join(spoilt, 'vocab.json'))
    mkdirSync(join(spoilt, 'vocab.json'))
    expect(() => readModelFolder(spoilt)).toThrow(expect.objectContaining({ code: 'model.missing' }))
  })
})

import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SpeechEngine } from '../engine.ts'
import { SpeechError } from '../errors.ts'
import { type ModelFolder, readModelFolder } from './model-folder.ts'
import { untar } from './untar.ts'

const CONTRACT_FILES = [
  'model.onnx',
  'vocab.json',
  'preprocessor_config.json',
  'speech.json',
  'language-model.arpa',
  'language-model.arpa.gz',
  'lexicon.txt',
  'hotwords.txt',
  'README.md',
]
/** A base-sized float export with its language model stays well under this. */
const MAX_DOWNLOAD = 2 ** 31 - 1

export interface InstallRequest {
  /** A model folder, or the https address of a .tar.gz that holds one. */
  readonly from: string
  /** Hex digest: of model.onnx for a folder, where it is optional; of the archive for an address, where it is required. */
  readonly sha256?: string | undefined
  /** Folder that installed models live in. */
  readonly into: string
  readonly name?: string | undefined
}

/**
 * Checks a model (its files, its digest, that it loads and hears) and installs it under its name, replacing one of the
 * same name only when all went well. Throws `model.missing`, `model.invalid` or `model.checksum`.
 */
export async function installModel(request: InstallRequest): Promise<ModelFolder> {
  mkdirSync(request.into, { recursive: true })
  const staging = join(request.into, `.adding-${process.pid}`)
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging)
  try {
    if (/^[a-z]+:\/\//i.test(request.from)) await download(request, staging)
    else copy(request, staging)
    const engine = await SpeechEngine.open({ model: staging, workers: 1 })
    await engine.close()
    const name = request.name ?? nameFor(staging, request.from)
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      throw new SpeechError('model.invalid', 'The name holds more than letters, figures, dots and dashes.', {
        field: 'name',
      })
    const target = join(request.into, name)
    rmSync(target, { recursive: true, force: true })
    renameSync(staging, target)
    return readModelFolder(target)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** The models installed in a folder, those that are broken left out. */
export function installedModels(folder: string): ModelFolder[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      try {
        return [readModelFolder(join(folder, entry.name))]
      } catch (error) {
        if (error instanceof SpeechError) return []
        throw error
      }
    })
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function copy({ from, sha256 }: InstallRequest, staging: string): void {
  const { onnxFile } = readModelFolder(from)
  if (sha256 !== undefined) verify(readFileSync(onnxFile), sha256)
  for (const name of CONTRACT_FILES) {
    const file = join(from, name)
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) cpSync(file, join(staging, name))
  }
}

async function download({ from, sha256 }: InstallRequest, staging: string): Promise<void> {
  if (!from.startsWith('https://'))
    throw new SpeechError('model.invalid', 'A model is fetched over https only.', { field: 'address' })
  if (sha256 === undefined)
    throw new SpeechError('model.checksum', 'An address needs --sha256, the digest its publisher states.', {
      field: 'sha256',
    })
  const archive = await fetchWhole(from)
  verify(archive, sha256)
  const isZipped = archive[0] === 0x1f && archive[1] === 0x8b
  const files = untar(isZipped ? gunzipSync(archive, { maxOutputLength: MAX_DOWNLOAD }) : archive)
  for (const name of CONTRACT_FILES) {
    const bytes = files.get(name)
    if (bytes) writeFileSync(join(staging, name), bytes)
  }
}

async function fetchWhole(address: string): Promise<Uint8Array> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new SpeechError('model.missing', 'The address does not answer.', { field: 'address', retryable: true, cause })
  })
  if (!response.ok || !response.body || !response.url.startsWith('https://'))
    throw new SpeechError('model.missing', `The address answers with status ${response.status}.`, { field: 'address' })
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body) {
    size += piece.length
    if (size > MAX_DOWNLOAD) throw new SpeechError('model.invalid', 'The archive is too large.', { field: 'address' })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function verify(bytes: Uint8Array, expected: string): void {
  const actual = sha256Of(bytes)
  if (actual !== expected.toLowerCase())
    throw new SpeechError('model.checksum', `The SHA-256 is ${actual}, not the one expected.`, { field: 'sha256' })
}

function nameFor(staging: string, from: string): string {
  const model = readModelFolder(staging)
  if (model.name !== basename(staging)) return model.name
  return basename(from).replace(/\.(?:tar\.gz|tgz|tar)$/, '')
}

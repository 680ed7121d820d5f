import { createHash, randomUUID } from 'node:crypto'
import {
  copyFileSync,
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
import { fetchArchive } from './fetch-archive.ts'
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

/** Followed by the number of the process that is at it. */
const STAGING = '.adding-'

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
  removeAbandoned(request.into)
  // Wrong names are better heard of before a large download than after it.
  if (request.name !== undefined) checkName(request.name)
  const staging = join(request.into, `${STAGING}${process.pid}-${randomUUID()}`)
  mkdirSync(staging)
  try {
    if (/^[a-z]+:\/\//i.test(request.from)) await download(request, staging)
    else copy(request, staging)
    const engine = await SpeechEngine.open({ model: staging, workers: 1 })
    await engine.close()
    const name = request.name ?? nameFor(staging, request.from)
    checkName(name)
    const target = join(request.into, name)
    rmSync(target, { recursive: true, force: true })
    renameSync(staging, target)
    return readModelFolder(target)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
    throw new SpeechError('model.invalid', 'The name holds more than 100 letters, figures, dots and dashes.', {
      field: 'name',
    })
}

/** What an installation left that was ended half-way: as large as a model. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = name.startsWith(STAGING) ? Number.parseInt(name.slice(STAGING.length), 10) : undefined
    if (owner !== undefined && !isRunning(owner)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
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
    // Files of a downloader's cache are links into it: what they point to is what gets installed.
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) copyFileSync(file, join(staging, name))
  }
}

async function download({ from, sha256 }: InstallRequest, staging: string): Promise<void> {
  if (URL.parse(from)?.protocol !== 'https:')
    throw new SpeechError('model.invalid', 'A model is fetched over https only.', { field: 'address' })
  if (sha256 === undefined)
    throw new SpeechError('model.checksum', 'An address needs --sha256, the digest its publisher states.', {
      field: 'sha256',
    })
  const archive = await fetchArchive(from, MAX_DOWNLOAD)
  verify(archive, sha256)
  const files = untar(unzipped(archive))
  for (const name of CONTRACT_FILES) {
    const bytes = files.get(name)
    if (bytes) writeFileSync(join(staging, name), bytes)
  }
}

function unzipped(archive: Uint8Array): Uint8Array {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) return archive
  try {
    return gunzipSync(archive, { maxOutputLength: MAX_DOWNLOAD })
  } catch (cause) {
    throw new SpeechError('model.invalid', 'The archive is broken, or too large unpacked.', { field: 'address', cause })
  }
}

function verify(bytes: Uint8Array, expected: string): void {
  const actual = sha256Of(bytes)
  if (actual !== expected.toLowerCase())
    throw new SpeechError('model.checksum', `The SHA-256 is ${actual}, not the one expected.`, { field: 'sha256' })
}

function nameFor(staging: string, from: string): string {
  const model = readModelFolder(staging)
  if (model.name !== basename(staging)) return model.name
  return basename(URL.parse(from)?.pathname ?? from).replace(/\.(?:tar\.gz|tgz|tar)$/, '')
}

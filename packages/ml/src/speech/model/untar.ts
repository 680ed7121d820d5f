import { SpeechError } from '../errors.ts'

const BLOCK = 512

/**
 * The plain files of a tar archive that stand at its top or in its one top folder, by their base names. Links, devices
 * and deeper folders are left out, so nothing can be written anywhere but where the caller puts these names.
 */
export function untar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) break
    const size = Number.parseInt(field(header, 124, 12).trim() || '0', 8)
    if (!Number.isInteger(size) || size < 0 || at + BLOCK + size > archive.length) throw broken()
    const type = header[156]
    const name = `${field(header, 345, 155)}/${field(header, 0, 100)}`
    const parts = name.split('/').filter((part) => part !== '' && part !== '.')
    const base = parts.at(-1)
    const isFile = type === 0 || type === 0x30
    if (isFile && base !== undefined && base !== '..' && parts.length <= 2)
      files.set(base, archive.subarray(at + BLOCK, at + BLOCK + size))
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  if (files.size === 0) throw broken()
  return files
}

function field(header: Uint8Array, from: number, length: number): string {
  const bytes = header.subarray(from, from + length)
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

function broken(): SpeechError {
  return new SpeechError('model.invalid', 'The archive is no whole tar file.', { field: 'model' })
}

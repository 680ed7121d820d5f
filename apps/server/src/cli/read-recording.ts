import { closeSync, openSync, readSync } from 'node:fs'
import { DEFAULT_LIMITS, SpeechError } from '@chartwire/ml/speech'

const PIECE = 1 << 20

/**
 * A recording's bytes, from a file, a pipe or standard input ("-"). It is read piece by piece: what is past the limit may be
 * larger than memory, and a pipe does not say how much will come.
 */
export function readRecording(path: string): Uint8Array {
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    const file = path === '-' ? 0 : openSync(path, 'r')
    try {
      for (;;) {
        const piece = new Uint8Array(PIECE)
        const read = readPiece(file, piece)
        if (read === 0) break
        pieces.push(piece.subarray(0, read))
        size += read
        if (size > DEFAULT_LIMITS.maxBytes) break
      }
    } finally {
      if (file !== 0) closeSync(file)
    }
  } catch (cause) {
    throw new SpeechError('audio.broken', reason(cause), { field: 'file', cause })
  }
  if (size > DEFAULT_LIMITS.maxBytes)
    throw new SpeechError('audio.too_large', `The file is larger than ${DEFAULT_LIMITS.maxBytes} bytes.`, {
      field: 'file',
    })
  return Buffer.concat(pieces)
}

/** A terminal's or a pipe's standard input may say that nothing is there yet. */
function readPiece(file: number, piece: Uint8Array): number {
  for (;;) {
    try {
      return readSync(file, piece)
    } catch (error) {
      if (codeOf(error) === 'EOF') return 0
      if (codeOf(error) !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file.',
  ENAMETOOLONG: 'There is no such file.',
  EISDIR: 'This is a folder.',
  EACCES: 'The file may not be read.',
  ELOOP: 'The link leads in circles.',
}

function reason(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? 'The file cannot be read.'
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

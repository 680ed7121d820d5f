import { spawn } from 'node:child_process'
import { type Audio, type AudioLimits, broken, tooLong } from './audio.ts'
import { SpeechError } from '../errors.ts'

const TIMEOUT_MS = 120_000

// Phones write the table of an M4A's contents behind its sound. ffmpeg's cache, a file without a name, lets it go back.
const INPUT = ['-protocol_whitelist', 'cache,pipe', '-read_ahead_limit', '-1', '-i', 'cache:pipe:0']

/**
 * M4A, AAC and whatever else an ffmpeg of the operator's choice can read: no shell, pipes only, no network protocols.
 * Comes back as 16 kHz, mixed to one channel.
 */
export async function decodeWithFfmpeg(program: string, bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const args = ['-v', 'error', '-nostdin', '-xerror', ...INPUT, '-vn', '-ac', '1']
  const child = spawn(program, [...args, '-ar', '16000', '-f', 'f32le', 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // Not spawn's own time-out, which goes on where no process could be started and keeps ours from ending.
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new SpeechError('audio.needs_converter', 'The configured ffmpeg cannot be started.', {
          field: 'ffmpeg',
          cause,
        }),
      )
    })
    child.once('close', resolve)
  })
  // A program that stops reading early closes its pipe; its exit code tells the story.
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(bytes)
  const pieces: Buffer[] = []
  let size = 0
  child.stdout.on('data', (piece: Buffer) => {
    size += piece.length
    if (size > limits.maxSeconds * 16_000 * 4) child.kill('SIGKILL')
    else pieces.push(piece)
  })
  const code = await ended.finally(() => clearTimeout(timer))
  if (size > limits.maxSeconds * 16_000 * 4) throw tooLong(limits)
  if (code !== 0 || size < 4) throw broken('audio')
  const joined = Buffer.concat(pieces)
  const samples = new Float32Array(joined.buffer.slice(joined.byteOffset, joined.byteOffset + (joined.length & ~3)))
  return { channels: [samples], sampleRate: 16_000 }
}

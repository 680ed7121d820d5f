import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { boundServerLog, serverLogSize, withServerLog } from './server-log.ts'

test('a full log is emptied under the server that writes it, and one old one is kept', () => {
  const place = mkdtempSync(join(tmpdir(), 'chartwire-log-'))
  const server = openSync(join(place, 'postgres.log'), 'a')
  try {
    const megabyte = 'x'.repeat(1024 * 1024)
    for (let round = 0; round < 3; round++) {
      for (let written = 0; written < 11; written++) writeSync(server, megabyte)
      boundServerLog(place)
    }
    writeSync(server, 'after\n')
    withServerLog(place, (descriptor) => writeSync(descriptor, 'beside\n'))
    expect(readFileSync(join(place, 'postgres.log'), 'utf8')).toBe('after\nbeside\n')
    expect(serverLogSize(place)).toBe(13)
    expect(readdirSync(place)).toEqual(['postgres.log', 'postgres.log.1'])
  } finally {
    closeSync(server)
    rmSync(place, { recursive: true })
  }
})

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from './journal.ts'

test('every answered reading is in the file at once, also after earlier runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'))
  try {
    const file = join(folder, 'acknowledged.csv')
    const readings = [
      { patientId: 'a', at: 1 },
      { patientId: 'b', at: 2 },
    ]
    const result = {
      results: [{ index: 1, status: 'flagged' as const }],
      stored: 1,
      duplicates: 0,
      flagged: 1,
      refused: 0,
    }
    const first = openJournal(file)
    first.note(readings, result)
    expect(await readFile(file, 'utf8')).toBe('a,1,stored\nb,2,flagged\n')
    first.close()
    const second = openJournal(file)
    second.note(readings.slice(0, 1), { ...result, results: [] })
    second.close()
    expect(await readFile(file, 'utf8')).toBe('a,1,stored\nb,2,flagged\na,1,stored\n')
  } finally {
    await rm(folder, { recursive: true })
  }
})

import { closeSync, openSync, writeSync } from 'node:fs'
import type { BatchResult, Reading } from '../bedside.ts'

/** A file of everything the server acknowledged, to compare with the server after a crash on either side. */
export interface Journal {
  note(readings: readonly Reading[], result: BatchResult): void
  close(): void
}

/**
 * Appends a line `patient,source time,status` for each answered reading before anything else happens: what the program
 * knew to be acknowledged is in the file even when it is killed.
 */
export function openJournal(file: string): Journal {
  const descriptor = openSync(file, 'a')
  return {
    note: (readings, result) => {
      const special = new Map(result.results.map(({ index, status }) => [index, status]))
      let lines = ''
      for (const [index, { patientId, at }] of readings.entries()) {
        lines += `${patientId ?? ''},${at},${special.get(index) ?? 'stored'}\n`
      }
      writeSync(descriptor, lines)
    },
    close: () => closeSync(descriptor),
  }
}

import { parentPort } from 'node:worker_threads'
import { triage } from './triage.ts'
import type { Complaint, Triage } from './types.ts'

export interface Asked {
  readonly id: number
  readonly complaint: Complaint
}

export interface Answered {
  readonly id: number
  readonly answer: Triage
}

// Loaded for its types elsewhere; as a thread it answers one complaint after the other.
parentPort?.on('message', ({ id, complaint }: Asked) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is no origin
  parentPort?.postMessage({ id, answer: triage(complaint) } satisfies Answered)
})

import { DomainError } from '../kernel/errors.ts'

export const caseStatuses = ['active', 'ongoing', 'on_hold', 'resolved', 'referred', 'closed'] as const
export type CaseStatus = (typeof caseStatuses)[number]

/** Somebody is being treated for it. */
export const openStatuses = ['active', 'ongoing', 'on_hold'] as const satisfies CaseStatus[]
export const endedStatuses = ['resolved', 'referred', 'closed'] as const satisfies CaseStatus[]

/** What a step says of itself; each is a verb of its own. */
export type CaseStep = 'change' | 'resolve' | 'reopen'

/**
 * Where each step leads from each status. Only resolving says how it came out, and only reopening leads back from an end;
 * what ended otherwise may still be closed.
 */
const transitions: Readonly<Record<CaseStep, Readonly<Record<CaseStatus, readonly CaseStatus[]>>>> = {
  change: {
    active: ['ongoing', 'on_hold', 'referred', 'closed'],
    ongoing: ['active', 'on_hold', 'referred', 'closed'],
    on_hold: ['active', 'ongoing', 'referred', 'closed'],
    resolved: ['closed'],
    referred: ['closed'],
    closed: [],
  },
  resolve: {
    active: ['resolved'],
    ongoing: ['resolved'],
    on_hold: ['resolved'],
    resolved: [],
    // The answer of whom the patient was referred to.
    referred: ['resolved'],
    closed: [],
  },
  reopen: {
    active: [],
    ongoing: [],
    on_hold: [],
    resolved: ['active'],
    referred: ['active'],
    closed: ['active'],
  },
}

export function isEnded(status: CaseStatus): boolean {
  return endedStatuses.some((ended) => ended === status)
}

/** @throws DomainError `case_status_refused` */
export function assertLeads(step: CaseStep, from: CaseStatus, to: CaseStatus): void {
  if (transitions[step][from].includes(to)) return
  throw new DomainError('case_status_refused', `From ${from} a case does not become ${to} this way.`, {
    field: 'status',
    expected: transitions[step][from].join(', ') || `nothing: it is ${from}`,
  })
}

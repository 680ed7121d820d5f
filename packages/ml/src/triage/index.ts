export { triageApart, TriageUnavailable } from './apart.ts'
export { triage, TRIAGE_VERSION } from './triage.ts'
export type { Complaint, SetAside, Standing, Stretch, Triage, TriageFlag, TriageLevel, TriageSubject } from './types.ts'

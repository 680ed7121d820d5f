export { checkMedications, type SafetyCheck } from './check.ts'
export { type RedFlag, screenForRedFlags, type Screening, type ScreeningContext, type Urgency } from './red-flags.ts'
export type { NotJudged, Patient, SafetyFinding, Severity } from './types.ts'

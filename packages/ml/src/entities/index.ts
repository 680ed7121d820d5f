export { readEntities, type ReadOptions } from './read.ts'
export type { CodeSuggestion, Entity, EntityType, MeasuredValue, MedicationAttributes, Status } from './types.ts'

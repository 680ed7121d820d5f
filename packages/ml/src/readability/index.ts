export { measureReadability, type Readability } from './measure.ts'
export { simplify, type Substitution } from './simplify.ts'

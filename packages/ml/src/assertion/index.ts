export { assertTarget } from './target.ts'
export type { Axes, Evidence, Target } from './assess.ts'

export { type Fact, readFacts } from './read.ts'

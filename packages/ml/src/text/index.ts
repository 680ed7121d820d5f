export { type Sentence, splitSentences } from './sentences.ts'
export { numberAt } from './numbers.ts'
export { foldWord, type Token, tokenise } from './tokens.ts'

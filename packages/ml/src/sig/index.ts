export { parseSig, type SigRecord } from './parse.ts'
export { speakSig } from './speak.ts'

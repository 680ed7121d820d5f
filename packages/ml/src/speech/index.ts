/**
 * Ears: speech recognition for dictation. A model folder with the wav2vec2-CTC contract, heard in worker processes; live
 * sessions that can be saved and resumed; recordings; text normalisation; error rates.
 */
export { type Audio, type AudioLimits, DEFAULT_LIMITS } from './audio/audio.ts'
export { decodeAudio, type DecodeOptions, mixDown } from './audio/decode-audio.ts'
export { type EngineOptions, SpeechEngine, type TranscribeOptions, type Transcript } from './engine.ts'
export { SpeechError, type SpeechErrorCode } from './errors.ts'
export {
  align,
  type AlignmentStep,
  comparable,
  countErrors,
  type ErrorCount,
  errorRate,
  scoreUtterance,
  scoringWords,
  sumErrors,
} from './evaluate.ts'
export { installedModels, installModel, type InstallRequest, sha256Of } from './model/install-model.ts'
export { EMBEDDED_MODEL, type ModelFolder, readModelFolder } from './model/model-folder.ts'
export { BASE_960H, type Wav2Vec2Size, writeRandomWav2Vec2 } from './model/random-wav2vec2.ts'
export type { FinalEvent, LagEvent, PartialEvent, SpeechEvent, SpokenWord, TextPiece } from './streaming/events.ts'
export type { SavedSession, SessionOptions, SpeechSession } from './streaming/speech-session.ts'
export { joinTexts, normaliseTranscript } from './text/normalise-transcript.ts'

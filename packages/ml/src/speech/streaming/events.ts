/** A word as it was spoken, in seconds from the start of the session. */
export interface SpokenWord {
  readonly word: string
  readonly start: number
  readonly end: number
  /** 0 to 1; uncalibrated, good for ranking words that want a second look. */
  readonly confidence: number
}

interface InSegment {
  /** Rises by one for every event of a session; a gap means that partials were dropped. */
  readonly seq: number
  readonly speaker: string
  readonly segment: number
  /** The model that made it. */
  readonly model: string
}

/** The open segment as far as it is heard, replaced as a whole by the next one; its first `stable` characters stay. */
export interface PartialEvent extends InSegment {
  readonly kind: 'partial'
  readonly text: string
  readonly stable: number
}

/** A closed segment: exactly one for each, in the order of time for one speaker. */
export interface FinalEvent extends InSegment {
  readonly kind: 'final'
  /** Ready for a note: figures, units, punctuation and line breaks as dictated. */
  readonly text: string
  /** As spoken; it begins with what the partials called stable. */
  readonly raw: string
  readonly words: readonly SpokenWord[]
  /** Which words (first, last) each piece of `text` (from, to, in characters) came from. */
  readonly pieces: readonly TextPiece[]
  readonly start: number
  readonly end: number
}

export interface TextPiece {
  readonly from: number
  readonly to: number
  readonly firstWord: number
  readonly lastWord: number
}

/** More than two seconds of sound wait to be heard, or no longer do (`seconds` 0). */
export interface LagEvent {
  readonly kind: 'lag'
  readonly seq: number
  readonly speaker: string
  readonly seconds: number
}

export type SpeechEvent = PartialEvent | FinalEvent | LagEvent

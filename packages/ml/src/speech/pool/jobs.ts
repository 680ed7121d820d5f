import type { AlignedWord } from '../decoding/alignment.ts'
import type { SavedBeam } from '../decoding/beam.ts'
import type { ModelFolder } from '../model/model-folder.ts'

/** Hear one window, keep some of its frames, and carry the beam over them. */
export interface WindowJob {
  readonly kind: 'window'
  /** 16 kHz, as they came. */
  readonly samples: Int16Array
  /** First frame of the window to keep, and how many. */
  readonly first: number
  readonly count: number
  /** Log probabilities of earlier frames that the beam has not yet seen. */
  readonly carried: Float32Array
  readonly beam: SavedBeam | undefined
  readonly hotwords: readonly string[]
  /** Of a live session, or of a recording. */
  readonly live: boolean
}

export interface WindowResult {
  /** Log probabilities of the kept frames, end to end. */
  readonly probs: Float32Array
  readonly beam: SavedBeam | undefined
  readonly text: string
  readonly stable: number
}

/** Close a segment: its best text, placed on its frames. */
export interface SegmentJob {
  readonly kind: 'segment'
  readonly probs: Float32Array
  /** The beam has seen the frames before this one. */
  readonly seen: number
  readonly beam: SavedBeam | undefined
  readonly hotwords: readonly string[]
  /** Of a live session, or of a recording. */
  readonly live: boolean
}

export interface SegmentResult {
  readonly words: AlignedWord[]
}

export type Job = WindowJob | SegmentJob
export type ResultOf<J extends Job> = J extends WindowJob ? WindowResult : SegmentResult

export type ToWorker =
  | { readonly kind: 'load'; readonly folder: ModelFolder }
  | { readonly kind: 'job'; readonly id: number; readonly job: Job }
export type FromWorker =
  | { readonly kind: 'ready'; readonly samplesPerFrame: number }
  | { readonly kind: 'done'; readonly id: number; readonly result: WindowResult | SegmentResult }
  | {
      readonly kind: 'failed'
      readonly id: number | undefined
      readonly code: string
      readonly field: string
      readonly message: string
    }

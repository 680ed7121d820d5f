import { classify } from '../classifier/classify.ts'
import { passageFeatures } from '../classifier/features.ts'

/** A section label of MTS-Dialog (GENHX, FAM/SOCHX, PASTMEDICALHX …) with how sure the classifier is, 0 to 1. */
export interface SectionGuess {
  readonly label: string
  readonly confidence: number
}

/** Guesses the section of a passage that has no heading. Words alone decide: take it for a suggestion. */
export function classifySection(text: string): SectionGuess {
  const [best] = classify('sections', passageFeatures(text))
  return { label: best?.label ?? 'GENHX', confidence: best?.probability ?? 0 }
}

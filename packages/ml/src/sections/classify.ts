/** A section label with how sure the classifier is, 0 to 1. */
export interface SectionGuess {
  readonly label: string
  readonly confidence: number
}

export function classifySection(text: string): SectionGuess {
  return { label: text === '' ? 'GENHX' : 'GENHX', confidence: 0 }
}

/** What a rule makes of the words from a position on. */
export interface Rewrite {
  readonly text: string
  /** How many words it takes. */
  readonly used: number
  /** No space before it, after it, or on either side. */
  readonly glue?: 'left' | 'right' | 'both'
  /** The next word begins a sentence. */
  readonly ends?: boolean
  /** The next word is a name. */
  readonly titles?: boolean
}

export type Rule = (words: readonly string[], at: number) => Rewrite | undefined

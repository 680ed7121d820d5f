/** Where a piece stands, as token positions. */
interface At {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}
export type Piece =
  | (At & { readonly kind: 'dose'; readonly low: number; readonly high?: number; readonly unit?: string })
  | (At & { readonly kind: 'route'; readonly route: string })
  /** `times/period` (`2/1d`, `1/4-6h`) or `once`; a bare time of day says so, since three of them make three a day. */
  | (At & { readonly kind: 'frequency'; readonly frequency: string; readonly timeOfDay: boolean })
  | (At & { readonly kind: 'prn' })
  | (At & { readonly kind: 'duration'; readonly amount: number; readonly unit: 'd' | 'wk' | 'mo' })
  | (At & { readonly kind: 'maximum' })

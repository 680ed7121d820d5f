/** Most rows of one request. */
export const maxBatch = 5_000

/** Older than this is refused: its partition may be gone already. */
export const retentionDays = 400

/** A clock further ahead than this is no skew but nonsense. */
export const maxAheadMs = 24 * 3_600_000

/** Most rows of one request. */
export const maxBatch = 5_000

/**
 * Most rows of one hospital that wait in one process for their transaction: some five seconds of its full throughput, and
 * about 100 MB. A sender that is told to come again still has its readings; a process that runs out of memory loses those
 * of every hospital.
 */
export const maxWaitingRows = 20 * maxBatch

/** Older than this is refused: its partition may be gone already. */
export const retentionDays = 400

/** A clock further ahead than this is no skew but nonsense. */
export const maxAheadMs = 24 * 3_600_000

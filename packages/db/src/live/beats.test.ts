import { afterEach, expect, it, vi } from 'vitest'
import { HeldScoped } from '../../test/held-scoped.ts'
import { testHospital } from '../../test/hospital.ts'
import { Viewer } from '../../test/viewer.ts'
import { Feeds } from './hospital-feed.ts'
import { watchWard, type WardFrame } from './watch-ward.ts'

afterEach(() => void vi.useRealTimers())

it('a stream does not beat while nobody looks at the database, and beats again when somebody does', async () => {
  await using hospital = await testHospital()
  const held = new HeldScoped(hospital.db.scoped)
  const db = { ...hospital.db, scoped: held.scoped }
  const ctx = { ...hospital.as(hospital.nurse), db: { ...db, feeds: new Feeds(db) } }
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  await using viewer = new Viewer<WardFrame>((options) =>
    watchWard(ctx, { wardId: hospital.wardId, cursor: null }, options),
  )
  await viewer.begun()
  try {
    held.hold()
    await vi.waitUntil(() => held.waiting > 0, { timeout: 10_000, interval: 10 })
    const before = viewer.beats
    await vi.advanceTimersByTimeAsync(30_000)
    // One may be owed to the last look.
    expect(viewer.beats - before).toBeLessThanOrEqual(1)
  } finally {
    held.release()
  }
  const before = viewer.beats
  await vi.waitUntil(() => viewer.beats > before, { timeout: 10_000, interval: 10 })
})

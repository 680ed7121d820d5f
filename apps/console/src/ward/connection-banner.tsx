import { useEffect, useState } from 'react'
import type { Liveness } from '@chartwire/sdk/react'
import { announce } from '../announcer.tsx'
import { BrokenIcon } from '../appearance/icons.tsx'
import { useNow } from '../server-clock.ts'
import { spokenDuration, timeToSecond } from '../words/format.ts'

/** A first connection that takes longer is one that does not come about. */
const patienceMs = 8_000

const advice = {
  staff: 'Watch the patients at the bedside.',
  patient: 'If you need help, use the call button at your bed.',
} as const

/** A hiccup shorter than this is shown but not read out. */
const sayAfterMs = 3_000

/** Says across the whole screen that what it shows is not live any more. */
export function ConnectionBanner({
  status,
  lastDataAt,
  reader = 'staff',
}: Pick<Liveness, 'status' | 'lastDataAt'> & { reader?: keyof typeof advice }) {
  useNow(1000)
  const [openedAt] = useState(Date.now)
  const heardAt = lastDataAt?.getTime() ?? null
  const isLost = heardAt !== null && status !== 'live'
  useEffect(() => {
    if (!isLost) return
    let hasSaid = false
    const timer = setTimeout(() => {
      hasSaid = true
      announce(`Connection lost. What you see is not live. ${advice[reader]}`, 'assertive')
    }, sayAfterMs)
    return () => {
      clearTimeout(timer)
      if (hasSaid) announce('Connected again. What you see is live.')
    }
  }, [isLost, reader])

  if (status === 'live') return null
  if (heardAt === null) {
    return Date.now() - openedAt < patienceMs ? (
      <p className="connection" data-kind="connecting">
        Connecting…
      </p>
    ) : (
      <p className="connection" data-kind="lost" role="alert">
        <BrokenIcon />
        <span>
          <strong>The server cannot be reached.</strong> {advice[reader]} This screen keeps trying; if it stays like
          this, call your help desk.
        </span>
      </p>
    )
  }
  return (
    <p className="connection" data-kind="lost">
      <BrokenIcon />
      <span>
        <strong>Connection lost. This is not live.</strong> Last heard at {timeToSecond(heardAt)},{' '}
        {spokenDuration(Date.now() - heardAt)} ago. {advice[reader]} This screen reconnects by itself.
      </span>
    </p>
  )
}

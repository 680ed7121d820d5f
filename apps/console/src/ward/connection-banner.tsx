import { BrokenIcon } from '../appearance/icons.tsx'
import { useNow } from '../server-clock.ts'
import { spokenDuration, timeToSecond } from '../words/format.ts'

/** How the screen stands with the server. `heardAt`: the last sign of life, by the server's clock; null before the first. */
export interface Connection {
  status: 'connecting' | 'live' | 'lost'
  heardAt: number | null
}

/** The server sends a sign of life every five seconds; two missed ones are a broken line, however it calls itself. */
const silentMs = 12_000

export function isLive({ status, heardAt }: Connection, now: number): boolean {
  return status === 'live' && heardAt !== null && now - heardAt < silentMs
}

/** Says across the whole screen that what it shows is not live any more. */
export function ConnectionBanner({ connection }: { connection: Connection }) {
  const now = useNow(1000)
  if (isLive(connection, now)) return null
  if (connection.heardAt === null) return <p className="connection" data-kind="connecting">Connecting to the ward…</p>
  return (
    <p className="connection" data-kind="lost">
      <BrokenIcon />
      <span>
        <strong>Connection lost. This is not live.</strong> Last heard at {timeToSecond(connection.heardAt)},{' '}
        {spokenDuration(now - connection.heardAt)} ago. Watch the patients at the bedside; this screen reconnects by itself.
      </span>
    </p>
  )
}

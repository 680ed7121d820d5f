import { useWard } from '@chartwire/sdk/react'
import { useEffect, useMemo } from 'react'
import { AlarmBar } from '../alarms/alarm-bar.tsx'
import { useAlarmAnnouncements } from '../alarms/announce-alarms.ts'
import { type OpenAlarm, openAlarms } from '../alarms/open-alarms.ts'
import { Elsewhere } from '../alarms/elsewhere.tsx'
import { SoundToggle, useAlarmSound } from '../alarms/alarm-sound.tsx'
import { attentionOf } from '../alarms/severity.ts'
import { BackIcon } from '../appearance/icons.tsx'
import { PageHead } from '../page-head.tsx'
import { PatientView } from '../patient/patient-view.tsx'
import { go, hrefOf, type Route } from '../route.ts'
import { serverClock, useServerClock } from '../server-clock.ts'
import { fullName } from '../words/people.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { LineProvider } from './line.ts'
import { LostAccess } from './lost-access.tsx'
import { useRecent } from './use-recent.ts'
import { Wall } from './wall.tsx'
import { WardBoard } from './ward-board.tsx'
import { useWards } from './ward-choice.tsx'

/** The pages of one ward. They share one live stream, so its alarms stay in sight wherever one is. */
export function WardPages({ route }: { route: Exclude<Route, { page: 'wards' }> }) {
  const { wardId } = route
  const ward = useWard(wardId)
  const wards = useWards()
  const wardName = wards.data?.find(({ id }) => id === wardId)?.name ?? 'Ward'
  const { tiles, status, lastDataAt } = ward
  useServerClock(ward)
  const isLive = status === 'live'
  const hasBoard = lastDataAt !== null
  const recent = useRecent(tiles)
  const alarms = useMemo(() => openAlarms(tiles, serverClock.now()), [tiles])
  useAlarmAnnouncements(ward.alarmEvents, tiles)
  useAlarmSound(ward.error === null ? alarms : noAlarms, hasBoard && !isLive)
  const calling = alarms.filter((alarm) => attentionOf(alarm, serverClock.now()) === 'calling').length
  const tab = calling > 0 ? `(${calling}) ${wardName}` : wardName

  if (ward.error !== null) return <LostAccess error={ward.error} />

  if (route.page === 'wall') {
    return (
      <div className="wall" data-live={isLive}>
        <LeaveWall wardId={wardId} />
        <ConnectionBanner status={status} lastDataAt={lastDataAt} />
        <LineProvider value={isLive}>
          <Wall wardName={wardName} tiles={tiles} alarms={alarms} recent={recent} />
        </LineProvider>
      </div>
    )
  }

  const bar = (
    <>
      {hasBoard && <AlarmBar alarms={alarms} wardId={wardId} />}
      {wards.data && wards.data.length > 1 && <Elsewhere wardId={wardId} wards={wards.data} />}
    </>
  )
  if (route.page === 'patient') {
    const tile = tiles.find(({ patientId }) => patientId === route.patientId)
    return (
      <div className="page" data-live={isLive}>
        <PageHead
          key={route.patientId}
          title={tile ? fullName(tile) : 'Patient'}
          tab={tab}
          back={
            <a className="button" href={hrefOf({ page: 'ward', wardId })}>
              <BackIcon /> {wardName}
            </a>
          }
        >
          <SoundToggle />
        </PageHead>
        <ConnectionBanner status={status} lastDataAt={lastDataAt} />
        {bar}
        <main id="main" tabIndex={-1}>
          <LineProvider value={isLive}>
            <PatientView key={route.patientId} patientId={route.patientId} boardTile={tile} />
          </LineProvider>
        </main>
      </div>
    )
  }
  return (
    <div className="page" data-live={isLive}>
      <PageHead
        title={wardName}
        tab={tab}
        back={
          wards.data && wards.data.length > 1 ? (
            <a className="button" href={hrefOf({ page: 'wards' })}>
              <BackIcon /> Wards
            </a>
          ) : undefined
        }
      >
        <a className="button" href={hrefOf({ page: 'wall', wardId })}>
          Wall view
        </a>
        <SoundToggle />
      </PageHead>
      <ConnectionBanner status={status} lastDataAt={lastDataAt} />
      {bar}
      <main id="main" tabIndex={-1}>
        <LineProvider value={isLive}>
          {hasBoard && <WardBoard wardId={wardId} tiles={tiles} recent={recent} />}
        </LineProvider>
      </main>
    </div>
  )
}

const noAlarms: OpenAlarm[] = []

/** A wall has no controls; Escape, or a link that shows when reached by keyboard, leads back. */
function LeaveWall({ wardId }: { wardId: string }) {
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') go({ page: 'ward', wardId })
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [wardId])
  return (
    <nav aria-label="Leave">
      <a className="skip" href={hrefOf({ page: 'ward', wardId })}>
        Leave the wall view
      </a>
    </nav>
  )
}

import { usePatientStream } from '@chartwire/sdk/react'
import { useMemo } from 'react'
import { AlarmDeskProvider } from '../alarms/alarm-desk.tsx'
import { PageHead } from '../page-head.tsx'
import type { Capacity } from '../session/capacity-gate.tsx'
import { useServerClock } from '../server-clock.ts'
import { alarmActions } from '../staff-pages.tsx'
import { ConnectionBanner } from '../ward/connection-banner.tsx'
import { LineProvider } from '../ward/line.ts'
import { PatientView } from './patient-view.tsx'

/** What a patient, or somebody close, sees: one's own vital signs, and a button that calls for help. */
export function OwnRecord({ capacity }: { capacity: Capacity }) {
  const rights = useMemo(() => ({ respond: false, call: true }), [])
  return (
    <AlarmDeskProvider actions={alarmActions} rights={rights}>
      <div className="page">
        <PageHead title={capacity.label} tab="Your record" />
        <main id="main" tabIndex={-1}>
          {capacity.patientId !== null && <OwnPatient patientId={capacity.patientId} />}
        </main>
      </div>
    </AlarmDeskProvider>
  )
}

function OwnPatient({ patientId }: { patientId: string }) {
  const live = usePatientStream(patientId)
  useServerClock(live)
  return (
    <>
      {live.error === null && <ConnectionBanner {...live} reader="patient" />}
      <LineProvider value={live.status === 'live'}>
        <PatientView patientId={patientId} />
      </LineProvider>
    </>
  )
}

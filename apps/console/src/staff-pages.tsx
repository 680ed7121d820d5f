import { useMemo } from 'react'
import { client } from './api.ts'
import { type AlarmActions, AlarmDeskProvider } from './alarms/alarm-desk.tsx'
import { parseRoute, useHash } from './route.ts'
import type { Capacity } from './session/capacity-gate.tsx'
import { WardChoice } from './ward/ward-choice.tsx'
import { WardPages } from './ward/ward-pages.tsx'

export const alarmActions: AlarmActions = {
  acknowledge: (alarmId, note) => client.api.alarms.acknowledge.mutate({ alarmId, ...(note ? { note } : {}) }),
  snooze: (alarmId, minutes) => client.api.alarms.snooze.mutate({ alarmId, minutes }),
  resolve: (alarmId) => client.api.alarms.resolve.mutate({ alarmId }),
  callEmergency: (patientId) => client.api.alarms.emergency.mutate({ patientId }),
}

const answering = new Set(['doctor', 'nurse'])

/** What staff see: the choice of a ward, its board, a patient of it, the wall. */
export function StaffPages({ capacity }: { capacity: Capacity }) {
  const hash = useHash()
  const route = parseRoute(hash)
  const rights = useMemo(() => {
    const mayAnswer = answering.has(capacity.role)
    return { respond: mayAnswer, call: mayAnswer }
  }, [capacity.role])
  return (
    <AlarmDeskProvider actions={alarmActions} rights={rights}>
      {route.page === 'wards' ? <WardChoice capacity={capacity} /> : <WardPages key={route.wardId} route={route} />}
    </AlarmDeskProvider>
  )
}

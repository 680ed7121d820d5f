import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import type { PatientInBed } from '../ward/tile.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { EmergencyDialog } from './emergency-dialog.tsx'
import type { OpenAlarm } from './open-alarms.ts'
import { ResolveDialog } from './resolve-dialog.tsx'
import { SnoozeDialog } from './snooze-dialog.tsx'

/** What can be done about alarms; each fails with the SDK's error. */
export interface AlarmActions {
  acknowledge: (alarmId: string, note: string | undefined) => Promise<unknown>
  snooze: (alarmId: string, minutes: number) => Promise<unknown>
  resolve: (alarmId: string) => Promise<unknown>
  callEmergency: (patientId: string) => Promise<unknown>
}

/** `respond`: answer alarms; `call`: call an emergency. Who may only look has neither. */
export interface AlarmRights {
  respond: boolean
  call: boolean
}

type Asked =
  | { kind: 'acknowledge' | 'snooze' | 'resolve'; alarm: OpenAlarm }
  | { kind: 'emergency'; patient: PatientInBed }

interface AlarmDesk {
  rights: AlarmRights
  ask: (what: Asked) => void
}

const Desk = createContext<AlarmDesk>({ rights: { respond: false, call: false }, ask: () => {} })

export const useAlarmDesk = (): AlarmDesk => useContext(Desk)

/** Opens the dialogs that answer alarms, wherever on the page they are asked for. */
export function AlarmDeskProvider({
  actions,
  rights,
  children,
}: {
  actions: AlarmActions
  rights: AlarmRights
  children: ReactNode
}) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const desk = useMemo(() => ({ rights, ask: setAsked }), [rights])
  return (
    <Desk value={desk}>
      {children}
      {asked?.kind === 'acknowledge' && <AcknowledgeDialog alarm={asked.alarm} actions={actions} onClose={close} />}
      {asked?.kind === 'snooze' && <SnoozeDialog alarm={asked.alarm} actions={actions} onClose={close} />}
      {asked?.kind === 'resolve' && <ResolveDialog alarm={asked.alarm} actions={actions} onClose={close} />}
      {asked?.kind === 'emergency' && <EmergencyDialog patient={asked.patient} actions={actions} onClose={close} />}
    </Desk>
  )
}

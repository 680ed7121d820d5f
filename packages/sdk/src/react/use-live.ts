import { useSyncExternalStore } from 'react'
import type { AlarmsState } from './alarms-state.ts'
import type { Liveness } from './live-store.ts'
import type { PatientState } from './patient-state.ts'
import { useShared } from './provider.ts'
import type { WardState } from './ward-state.ts'

/** The live board of a ward: `const { tiles, status } = useWard(wardId)`. */
export function useWard(wardId: string): WardState & Liveness {
  const { subscribe, snapshot } = useShared().stores.ward(wardId)
  return useSyncExternalStore(subscribe, snapshot, snapshot)
}

/** One admitted patient, reading by reading. */
export function usePatientStream(patientId: string): PatientState & Liveness {
  const { subscribe, snapshot } = useShared().stores.patient(patientId)
  return useSyncExternalStore(subscribe, snapshot, snapshot)
}

/** The open alarms of everybody one cares for. */
export function useAlarms(): AlarmsState & Liveness {
  const { subscribe, snapshot } = useShared().stores.alarms()
  return useSyncExternalStore(subscribe, snapshot, snapshot)
}

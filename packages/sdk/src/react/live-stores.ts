import type { Client } from '../create-client.ts'
import type { AlarmsBeat, PatientBeat, WardBeat } from '../router.ts'
import { type AlarmsState, noAlarms, reduceAlarms } from './alarms-state.ts'
import { LiveStore } from './live-store.ts'
import { emptyPatient, type PatientState, reducePatient } from './patient-state.ts'
import { emptyWard, reduceWard, type WardState } from './ward-state.ts'

/** The streams a login's components share: as many as there are things to watch, however many watch them. */
export class LiveStores {
  readonly #client: Client
  readonly #wards = new Map<string, LiveStore<WardState, WardBeat>>()
  readonly #patients = new Map<string, LiveStore<PatientState, PatientBeat>>()
  readonly #alarms = new Map<'alarms', LiveStore<AlarmsState, AlarmsBeat>>()

  constructor(client: Client) {
    this.#client = client
  }

  ward(wardId: string): LiveStore<WardState, WardBeat> {
    return shared(this.#wards, wardId, {
      initial: emptyWard,
      reduce: reduceWard,
      open: () => this.#client.watch.ward({ wardId }),
    })
  }

  patient(patientId: string): LiveStore<PatientState, PatientBeat> {
    return shared(this.#patients, patientId, {
      initial: emptyPatient,
      reduce: reducePatient,
      open: () => this.#client.watch.patient({ patientId }),
    })
  }

  alarms(): LiveStore<AlarmsState, AlarmsBeat> {
    return shared(this.#alarms, 'alarms', {
      initial: noAlarms,
      reduce: reduceAlarms,
      open: () => this.#client.watch.alarms(),
    })
  }
}

type Source<State extends object, Beat extends { serverTime: string }> = Omit<
  ConstructorParameters<typeof LiveStore<State, Beat>>[0],
  'onIdle'
>

function shared<Key, State extends object, Beat extends { serverTime: string }>(
  stores: Map<Key, LiveStore<State, Beat>>,
  key: Key,
  source: Source<State, Beat>,
): LiveStore<State, Beat> {
  const known = stores.get(key)
  if (known) return known
  const store = new LiveStore<State, Beat>({ ...source, onIdle: () => stores.delete(key) })
  stores.set(key, store)
  return store
}

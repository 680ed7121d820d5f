import type { TRPCClientError } from '@trpc/client'
import type { AlarmsBeat, Api, AppRouter, Inputs, PatientBeat, WardBeat } from '../router.ts'
import { alarmsBeats, type BeatKind, patientBeats, wardBeats } from './beats.ts'
import { LiveStream, type StreamEvents } from './live-stream.ts'

export interface WatchOptions {
  /** Ends the stream. */
  signal?: AbortSignal
  /** The `lastEventId` of an earlier stream, to continue behind it. */
  lastEventId?: string
}

type WardInput = Pick<Inputs['vitals']['watchWard'], 'wardId'>
type PatientInput = Pick<Inputs['vitals']['watchPatient'], 'patientId'>

/** The live streams of a hospital. */
export interface Watch {
  /** The board of a ward one cares for. */
  ward: (input: WardInput, options?: WatchOptions) => LiveStream<WardBeat>
  /** Every reading of one admitted patient; ends with the stay. */
  patient: (input: PatientInput, options?: WatchOptions) => LiveStream<PatientBeat>
  /** The alarms of everybody one cares for. */
  alarms: (options?: WatchOptions) => LiveStream<AlarmsBeat>
}

export interface WatchDependencies {
  api: Api
  /** Called when a connection must be taken for dead. */
  onDead: () => void
  /** Told of each stream, so that the client can close those still running. */
  onOpen: (stream: { close: () => void; onStatus: LiveStream<WardBeat>['onStatus'] }) => void
}

/** What tRPC calls back with. */
interface Subscriber<Beat> {
  onData: (message: { id: string; data: Beat }) => void
  onConnectionStateChange: (change: { state: 'idle' | 'connecting' | 'pending' }) => void
  onStopped: () => void
  onComplete: () => void
  onError: (error: TRPCClientError<AppRouter>) => void
}

export function createWatch({ api, onDead, onOpen }: WatchDependencies): Watch {
  function open<Beat extends { serverTime: string }>(
    kind: BeatKind<Beat>,
    { signal, lastEventId }: WatchOptions,
    subscribe: (lastEventId: string | undefined, subscriber: Subscriber<Beat>) => { unsubscribe: () => void },
  ): LiveStream<Beat> {
    const stream = new LiveStream<Beat>({
      kind,
      signal,
      lastEventId,
      onDead,
      subscribe: (id, events) => {
        const subscription = subscribe(id, subscriberOf(events))
        return () => subscription.unsubscribe()
      },
    })
    onOpen(stream)
    return stream
  }
  return {
    ward: (input, options = {}) =>
      open(wardBeats, options, (lastEventId, subscriber) =>
        api.vitals.watchWard.subscribe({ ...input, lastEventId }, subscriber),
      ),
    patient: (input, options = {}) =>
      open(patientBeats, options, (lastEventId, subscriber) =>
        api.vitals.watchPatient.subscribe({ ...input, lastEventId }, subscriber),
      ),
    alarms: (options = {}) =>
      open(alarmsBeats, options, (lastEventId, subscriber) => api.alarms.watch.subscribe({ lastEventId }, subscriber)),
  }
}

function subscriberOf<Beat>({ data, connecting, stopped, failed }: StreamEvents<Beat>): Subscriber<Beat> {
  return {
    onData: (message) => data(message.id, message.data),
    onConnectionStateChange: ({ state }) => {
      if (state === 'connecting') connecting()
    },
    onStopped: stopped,
    onComplete: stopped,
    onError: failed,
  }
}

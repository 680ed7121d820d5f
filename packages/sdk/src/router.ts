import type { AppRouter } from '@chartwire/api'
import type { TRPCClient } from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'

export type { AppRouter }

/** Every procedure with its types: `api.patients.get.query({ patientId })`. */
export type Api = TRPCClient<AppRouter>

/** What procedures take: `Inputs['patients']['list']`. */
export type Inputs = inferRouterInputs<AppRouter>
/** What procedures answer: `Outputs['patients']['list']`. */
export type Outputs = inferRouterOutputs<AppRouter>

export type Patient = Outputs['patients']['get']
export type Reading = Outputs['vitals']['history']['items'][number]
/** What a ward board shows of one patient. */
export type Tile = Outputs['vitals']['ward'][number]
export type Alarm = Outputs['alarms']['list']['items'][number]
export type Me = Outputs['identity']['me']

type Streamed<Output> = Output extends AsyncIterable<{ data: infer Beat }> ? Beat : never

/** The board of a ward (`board` replaces all that was shown), or what changed on it. */
export type WardBeat = Streamed<Outputs['vitals']['watchWard']>
/** What came in for one patient. */
export type PatientBeat = Streamed<Outputs['vitals']['watchPatient']>
/** What happened to alarms; `open` in the first beat and after a reconnection. */
export type AlarmsBeat = Streamed<Outputs['alarms']['watch']>
/** One step in an alarm's life, with the alarm right after it. */
export type AlarmEvent = AlarmsBeat['events'][number]

import type { AlarmEvent, Tile } from '@chartwire/sdk'

/** Names for the parts of what the SDK gives. */
export type { AlarmEvent, Tile }
export type LatestValues = Tile['latest']
export type Parameter = keyof LatestValues
export type NumericParameter = Exclude<Parameter, 'consciousness' | 'supplementalOxygen'>
export type TileAlarm = Tile['alarms'][number]
export type AlarmLevel = TileAlarm['level']
export type News2 = NonNullable<Tile['news2']>
export type News2Parameter = Exclude<Parameter, 'diastolic'>
/** Enough to say who and where. */
export type PatientInBed = Pick<Tile, 'patientId' | 'bed' | 'givenName' | 'familyName'>

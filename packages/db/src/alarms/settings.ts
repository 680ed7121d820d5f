import type { NumericParameter } from '../vitals/parameters.ts'

export type AlarmLevel = 'warning' | 'critical' | 'emergency'

/** What happens to an alarm of a level while nobody answers it. */
export interface AlarmResponse {
  /** Announced again this often until acknowledged. */
  repeatSeconds: number
  /** Raised to the next in line after this long without acknowledgement. */
  escalateSeconds: number
  /** Longest silence a person may ask for; 0: cannot be snoozed. */
  maxSnoozeMinutes: number
}

/** A rate of change that alarms: more than `rise` up or `fall` down within the window. */
export interface ChangeSetting {
  parameter: NumericParameter
  windowSeconds: number
  rise?: number
  fall?: number
  dwellSeconds: number
}

/** A silence that alarms; `parameter` absent: the whole monitor. */
export interface MissingDataSetting {
  parameter?: NumericParameter
  level: AlarmLevel
  afterSeconds: number
}

/** How one hospital runs its alarms. */
export interface AlarmSettings {
  responses: Readonly<Record<AlarmLevel, AlarmResponse>>
  /** A warning breach that lasts this long becomes a critical "sustained" alarm. */
  sustainedMinutes: number
  /** A value with no newer one behind it counts as standing after this long. */
  standsAfterSeconds: number
  news2: { dwellSeconds: number; exitMargin: number }
  changes: readonly ChangeSetting[]
  missingData: readonly MissingDataSetting[]
}

/** The hospital defaults. Where no source is named the number is ours, for the hospital to judge. */
export const DEFAULT_ALARM_SETTINGS: AlarmSettings = {
  responses: {
    // A warning waits for the nurse to finish at another bed; a quarter of an hour unseen is too long.
    warning: { repeatSeconds: 300, escalateSeconds: 900, maxSnoozeMinutes: 30 },
    // Two minutes is the customary audio pause of bedside monitors; three without an answer is nobody near.
    critical: { repeatSeconds: 60, escalateSeconds: 180, maxSnoozeMinutes: 2 },
    // A person called for help: never quiet, and after a minute somebody else is called too.
    emergency: { repeatSeconds: 15, escalateSeconds: 60, maxSnoozeMinutes: 0 },
  },
  // Long enough for a turn, a walk or a cough to pass.
  sustainedMinutes: 15,
  // More than a minute, so one odd value of a device that sends every minute is still answered by the next one.
  standsAfterSeconds: 90,
  // One minute: the score sums up several parameters, each of which may be an artefact for a moment.
  news2: { dwellSeconds: 60, exitMargin: 1 },
  // About what takes the parameter's NEWS2 points from 0 to 2 or 3; slower than this, the thresholds see it in time.
  changes: [
    { parameter: 'heartRate', windowSeconds: 600, rise: 40, fall: 40, dwellSeconds: 30 },
    { parameter: 'spo2', windowSeconds: 300, fall: 6, dwellSeconds: 30 },
    { parameter: 'systolic', windowSeconds: 900, rise: 50, fall: 40, dwellSeconds: 30 },
    { parameter: 'respiration', windowSeconds: 600, rise: 10, fall: 8, dwellSeconds: 60 },
  ],
  missingData: [
    // Nothing at all: the patient is unwatched. A minute and a half, since many monitors export one row a minute.
    { level: 'critical', afterSeconds: 90 },
    // An asystole is sent as 0, which no monitor means as a rate: its silence must be as loud as a critical rate.
    { parameter: 'heartRate', level: 'critical', afterSeconds: 90 },
    { parameter: 'spo2', level: 'warning', afterSeconds: 120 },
    // Impedance respiration drops out with every movement.
    { parameter: 'respiration', level: 'warning', afterSeconds: 180 },
  ],
}

import type { Alarm, AlarmEvent, AlarmsBeat, PatientBeat, Reading, Tile, WardBeat } from '../src/index.ts'

const serverTime = '2026-11-22T08:00:00.000Z'

export function tile(patientId: string, heartRate: number): Tile {
  const nothing = {
    spo2: null,
    systolic: null,
    diastolic: null,
    temperature: null,
    respiration: null,
    consciousness: null,
    supplementalOxygen: null,
  }
  return {
    patientId,
    wardId: 'ward',
    bed: patientId,
    givenName: 'Maria',
    familyName: 'Muster',
    mrn: patientId,
    latest: { ...nothing, heartRate: { value: heartRate, at: serverTime } },
    news2: null,
    at: serverTime,
    receivedAt: serverTime,
    readings: 1,
    monitoring: 'continuous',
    alarms: [],
  }
}

export function alarm(id: string, status: Alarm['status']): Alarm {
  return {
    id,
    patientId: 'p',
    wardId: 'ward',
    rule: 'threshold:heartRate:critical:high',
    level: 'critical',
    parameter: 'heartRate',
    value: 150,
    limit: 130,
    status,
    raisedAt: serverTime,
    acknowledgedAt: null,
    acknowledgedBy: null,
    escalatedAt: null,
    resolvedAt: null,
    resolution: null,
    snoozedUntil: null,
    announcements: 1,
  }
}

export function alarmEvent(id: string, status: 'raised' | 'resolved' = 'raised'): AlarmEvent {
  return { id, kind: status, at: serverTime, alarm: alarm(`alarm ${id}`, status) }
}

export function wardBeat(part: Partial<WardBeat> = {}): WardBeat {
  return { serverTime, kind: 'change', tiles: [], gone: [], alarms: [], ...part }
}

export function alarmsBeat(part: Partial<AlarmsBeat> = {}): AlarmsBeat {
  return { serverTime, open: null, events: [], ...part }
}

export function reading(second: number): Reading {
  return {
    patientId: 'p',
    at: new Date(Date.parse(serverTime) + second * 1000).toISOString(),
    receivedAt: serverTime,
    deviceId: null,
    heartRate: 70,
    spo2: null,
    systolic: null,
    diastolic: null,
    temperature: null,
    respiration: null,
    supplementalOxygen: null,
    consciousness: null,
    news2: null,
    news2Partial: false,
    implausible: [],
    late: false,
    clockSkew: false,
  }
}

export function patientBeat(part: Partial<PatientBeat> = {}): PatientBeat {
  return { serverTime, kind: 'change', tile: null, readings: [], skipped: 0, alarms: [], isDischarged: false, ...part }
}

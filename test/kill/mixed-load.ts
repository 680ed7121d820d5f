import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

export interface Hospital {
  url: string
  tokens: { admin: string; nurse: string; doctor: string; gateway: string }
  wardId: string
  /** Lies in the ward from beginning to end. */
  patientId: string
}

/** Everything that was acknowledged, by what it was. Nothing else was asked for. */
export interface Acknowledged {
  readings: number[]
  wards: string[]
  invitations: string[]
  joined: string[]
  patients: { id: string; admissionId: string; alarmId: string; thresholdId: string }[]
}

const longestAnswerMs = 10_000

/**
 * Asks until there is an answer, under one idempotency key, as the SDK does: a line that is cut, a server that is away
 * and a request still under way are reasons to ask again, a refusal is none.
 */
export async function insist<T>(
  hospital: Hospital,
  { path, as, body }: { path: string; as?: keyof Hospital['tokens']; body: unknown },
): Promise<T> {
  const key = randomUUID()
  for (;;) {
    const answer = await fetch(`${hospital.url}/api${path}`, {
      method: path === '/thresholds' ? 'PUT' : 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(as === undefined ? {} : { authorization: `Bearer ${hospital.tokens[as]}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(longestAnswerMs),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => ({ status: 0, text: '' }))
    if (answer.status === 200) return JSON.parse(answer.text) as T
    const isPassing = answer.status === 0 || answer.status === 503 || answer.text.includes('idempotency_in_progress')
    if (!isPassing) throw new Error(`${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
    await pause(30)
  }
}

export function nothingYet(): Acknowledged {
  return { readings: [], wards: [], invitations: [], joined: [], patients: [] }
}

export function countOf({ readings, wards, invitations, joined, patients }: Acknowledged): number {
  return readings.length + wards.length + invitations.length + joined.length + patients.length
}

/** Works until told to stop, adding to what is done, and ends with the last thing begun acknowledged. */
export async function work(hospital: Hospital, done: Acknowledged, signal: AbortSignal): Promise<void> {
  const loop = async (step: (number: number) => Promise<void>) => {
    for (let number = 0; !signal.aborted; number++) await step(number)
  }
  await Promise.all([
    loop((number) => observe(hospital, done, number)),
    loop((number) => treat(hospital, done, { number, lane: 'a' })),
    loop((number) => treat(hospital, done, { number, lane: 'b' })),
    loop((number) => hire(hospital, done, number)),
  ])
}

const start = Date.now() - 3_600_000

/** When the device measured a reading, in milliseconds since 1970. */
export function timeOf(number: number): number {
  return start + number
}

async function observe(hospital: Hospital, done: Acknowledged, number: number): Promise<void> {
  const readings = [{ patientId: hospital.patientId, at: timeOf(number), heartRate: 60 + (number % 20) }]
  const { stored, flagged, duplicates } = await insist<{ stored: number; flagged: number; duplicates: number }>(
    hospital,
    {
      path: '/vitals',
      as: 'gateway',
      body: { readings },
    },
  )
  if (stored + flagged + duplicates !== 1) throw new Error('A reading was neither stored nor known.')
  done.readings.push(number)
}

/** One patient from the door to the door. */
async function treat(
  hospital: Hospital,
  done: Acknowledged,
  { number, lane }: { number: number; lane: string },
): Promise<void> {
  const person = {
    givenName: 'Kilian',
    familyName: `Kill ${lane}`,
    birthDate: '1970-01-01',
    sex: 'male',
    mrn: `K-${lane}-${number}`,
    confirmDistinct: true,
  }
  const { id } = await insist<{ id: string }>(hospital, { path: '/patients', as: 'admin', body: person })
  const admit = { patientId: id, wardId: hospital.wardId, bed: `${lane}-${number}` }
  const { admissionId } = await insist<{ admissionId: string }>(hospital, {
    path: '/admissions',
    as: 'nurse',
    body: admit,
  })
  const limits = { patientId: id, parameter: 'heartRate', level: 'critical', low: 40, high: 150 }
  const threshold = await insist<{ id: string }>(hospital, { path: '/thresholds', as: 'doctor', body: limits })
  const alarm = await insist<{ id: string }>(hospital, { path: `/patients/${id}/emergency`, as: 'nurse', body: {} })
  await insist(hospital, { path: `/alarms/${alarm.id}/acknowledge`, as: 'doctor', body: { note: 'On my way' } })
  await insist(hospital, { path: `/patients/${id}/discharge`, as: 'nurse', body: { note: 'Home' } })
  done.patients.push({ id, admissionId, alarmId: alarm.id, thresholdId: threshold.id })
}

async function hire(hospital: Hospital, done: Acknowledged, number: number): Promise<void> {
  const ward = await insist<{ id: string }>(hospital, { path: '/wards', as: 'admin', body: { name: `Ward ${number}` } })
  done.wards.push(ward.id)
  const email = `kill-${number}@example.org`
  const invitation = await insist<{ id: string; token: string }>(hospital, {
    path: '/invitations',
    as: 'admin',
    body: { email, role: 'viewer' },
  })
  done.invitations.push(invitation.id)
  // A login is a password's hash, slow by design: not of everybody.
  if (number % 5 !== 0) return
  const accept = { token: invitation.token, name: `Kill ${number}`, password: 'correct horse battery staple' }
  const { userId } = await insist<{ userId: string }>(hospital, { path: '/invitations/accept', body: accept })
  done.joined.push(userId)
}

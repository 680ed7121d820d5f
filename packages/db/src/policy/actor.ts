/** What a person or program may be within a hospital. `gateway` is the bedside integration that feeds readings. */
export const staffRoles = [
  'hospital_admin',
  'doctor',
  'nurse',
  'viewer',
  'front_desk',
  'pharmacist',
  'lab_technician',
  'gateway',
] as const
export type StaffRole = (typeof staffRoles)[number]

/** The capacity in which a request is made; explicit whenever a login has more than one. */
export type Capacity =
  | { as: 'staff'; membershipId: string; hospitalId: string; role: StaffRole }
  | { as: 'patient'; patientId: string; relation: string }
  /** Runs the platform: logins and hospitals, never a patient's data. Granted by the operator's command alone. */
  | { as: 'platform'; platformAdminId: string }

export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'user'; userId: string; sessionId: string; capacity: Capacity | null; capacities: readonly Capacity[] }
  /** A part of the system itself (the alarm sweep, a migration, the operations CLI). */
  | { kind: 'system'; name: string }

export const anonymous: Actor = { kind: 'anonymous' }

export function systemActor(name: string): Actor {
  return { kind: 'system', name }
}

/** Stable text for audit rows and idempotency scopes. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'system':
      return `system:${actor.name}`
    case 'user':
      return `user:${actor.userId}`
  }
}

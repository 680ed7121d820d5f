import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export interface Qualification {
  title: string
  year: number
}

/** What a hospital knows of one of its doctors. Made with the membership, so no doctor is without. */
export const DoctorProfileSchema = defineEntity({
  name: 'DoctorProfile',
  tableName: 'doctor_profile',
  properties: {
    id: id(),
    membershipId: p.uuid().unique(),
    hospitalId: p.uuid(),
    userId: p.uuid().index(),
    specialities: p.array().columnType('text[]').default([]),
    licenceCipher: cipher().nullable(),
    licenceIndex: p.blob().nullable(),
    designation: p.text().nullable(),
    bio: p.text().nullable(),
    qualifications: p.json<Qualification[]>().default([]),
    /** Wall clock of the hospital, HH:MM. A shift that ends before it starts ends on the next day. */
    shiftStart: p.text().nullable(),
    shiftEnd: p.text().nullable(),
    /** Laboratories the doctor sends to, as JSON. */
    labContactsCipher: cipher().nullable(),
    aiEnabled: p.boolean().default(true),
    isAvailable: p.boolean().default(true),
    /** What the doctor said last; it counts for a few minutes, see presence.ts. */
    isOnline: p.boolean().default(false),
    lastSeenAt: instant().nullable(),
    createdAt: instant(),
    version: p.integer().version(),
  },
  uniques: [{ name: 'doctor_licence_uq', properties: ['hospitalId', 'licenceIndex'] }],
  checks: [{ name: 'doctor_shift_ck', expression: `(shift_start is null) = (shift_end is null)` }],
})
export class DoctorProfile extends DoctorProfileSchema.class {}
DoctorProfileSchema.setClass(DoctorProfile)

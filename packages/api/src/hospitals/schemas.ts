import { z } from 'zod'
import { issuedInvitation } from '../identity/issued-invitation.ts'
import { country, email, instant, line, name, page, pageSize, password, uuid } from '../kernel/fields.ts'
import { awaitsConfirmation, staffRole } from '../identity/schemas.ts'

const staffPersonRole = staffRole.exclude(['gateway'])

const optionalLine = (most: number) => line(most).nullable().optional()

/** Distinct words such as `Cardiology`. */
export const specialities = z.array(line(100)).max(50)

const hospital = z.object({
  id: uuid,
  name: z.string(),
  timeZone: z.string(),
  street: z.string().nullable(),
  postalCode: z.string().nullable(),
  city: z.string().nullable(),
  region: z.string().nullable(),
  country: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  website: z.string().nullable(),
  specialities: z.array(z.string()),
  since: instant,
  closedAt: instant.nullable(),
  version: z.number().int().describe('Give it back when changing the hospital.'),
})

const department = z.object({ id: uuid, name: z.string() })

export const hospitalSchemas = {
  get: { input: z.strictObject({ hospitalId: uuid }), output: hospital },
  list: {
    input: z.strictObject({ search: name.optional(), after: uuid.optional(), limit: pageSize(200, 50) }),
    output: page(hospital),
  },
  directory: {
    input: z.strictObject({
      search: name.optional(),
      city: line(100).optional(),
      speciality: line(100).optional(),
      after: uuid.optional(),
      limit: pageSize(200, 50),
    }),
    output: page(hospital),
  },
  update: {
    input: z.strictObject({
      hospitalId: uuid,
      version: z.number().int().min(1).max(2_147_483_647),
      name: name.optional(),
      timeZone: z.string().max(64).optional(),
      street: optionalLine(200),
      postalCode: optionalLine(20),
      city: optionalLine(100),
      region: optionalLine(100),
      country: country.nullable().optional(),
      phone: optionalLine(40),
      email: email.nullable().optional(),
      website: z
        .url({ protocol: /^https?$/ })
        .max(300)
        .nullable()
        .optional(),
      specialities: specialities.optional(),
    }),
    output: z.object({ version: z.number().int() }),
  },
  close: { input: z.strictObject({ hospitalId: uuid }), output: z.object({ closed: z.literal(true) }) },
  departments: {
    input: z.void(),
    output: z.array(department.extend({ since: instant, staff: z.number().int() })),
  },
  createDepartment: { input: z.strictObject({ name }), output: department },
  renameDepartment: { input: z.strictObject({ departmentId: uuid, name }), output: department },
  closeDepartment: { input: z.strictObject({ departmentId: uuid }), output: z.object({ closed: z.literal(true) }) },
  signUp: {
    input: z.strictObject({
      hospital: z.strictObject({ name, timeZone: z.string().max(64) }),
      admin: z.strictObject({ name, email, password }),
    }),
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('signed-up'), hospitalId: uuid, userId: uuid }),
      awaitsConfirmation,
    ]),
  },
  createWard: { input: z.strictObject({ name }), output: z.object({ id: uuid, name: z.string() }) },
  wards: {
    input: z.void(),
    output: z.array(z.object({ id: uuid, name: z.string(), occupancy: z.number().int(), watchable: z.boolean() })),
  },
  staff: {
    input: z.strictObject({
      search: name.optional(),
      role: staffRole.optional(),
      departmentId: uuid.optional(),
      after: uuid.optional(),
      limit: pageSize(500, 100),
    }),
    output: page(
      z.object({
        membershipId: uuid,
        name: z.string(),
        role: staffRole,
        departmentId: uuid.nullable(),
        department: z.string().nullable(),
        since: instant,
        grantedBy: z.string().nullable().describe('Whose invitation it was; null for who signed the hospital up.'),
      }),
    ),
  },
  updateStaff: {
    input: z.strictObject({
      membershipId: uuid,
      role: staffPersonRole.optional(),
      departmentId: uuid.nullable().optional(),
    }),
    output: z.object({ membershipId: uuid, role: staffRole, departmentId: uuid.nullable() }),
  },
  sendStaffReset: { input: z.strictObject({ membershipId: uuid }), output: z.object({ sent: z.literal(true) }) },
  invite: {
    input: z.strictObject({ email, role: staffPersonRole }),
    output: issuedInvitation,
  },
  invitations: {
    input: z.strictObject({ after: uuid.optional(), limit: pageSize(200, 50) }),
    output: page(
      z.object({
        id: uuid,
        email: z.string(),
        role: staffRole,
        invitedBy: z.string().nullable(),
        since: instant,
        expiresAt: instant,
      }),
    ),
  },
  revokeInvitation: { input: z.strictObject({ invitationId: uuid }), output: z.object({ revoked: z.literal(true) }) },
  endMembership: { input: z.strictObject({ membershipId: uuid }), output: z.object({ ended: z.literal(true) }) },
  endMemberSessions: {
    input: z.strictObject({ membershipId: uuid }),
    output: z.object({ ended: z.number().int() }),
  },
  createGateway: {
    input: z.strictObject({ name }),
    output: z.object({ membershipId: uuid, token: z.string(), expiresAt: instant }),
  },
  setRetention: {
    input: z.strictObject({
      years: z.number().int().min(0).max(100).describe('After the last treatment, for files erased from now on.'),
    }),
    output: z.object({ years: z.number().int() }),
  },
}

import {
  closeDepartment,
  closeHospital,
  createDepartment,
  createGateway,
  createWard,
  endMembership,
  getHospital,
  inviteStaff,
  listDepartments,
  listHospitalDirectory,
  listOwnHospitals,
  listStaff,
  listStaffInvitations,
  listWards,
  renameDepartment,
  revokeStaffInvitation,
  sendStaffReset,
  signUpHospital,
  updateHospital,
  updateStaff,
} from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { hospitalSchemas as schemas } from './schemas.ts'

const tags = ['hospitals']

export const hospitalsRouter = router({
  signUp: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'POST',
        path: '/hospitals',
        tags,
        summary: 'Sign up a hospital with its first administrator',
        protect: false,
      },
    })
    .input(schemas.signUp.input)
    .output(schemas.signUp.output)
    .mutation(({ ctx, input }) => signUpHospital(ctx.verbs, input)),
  get: procedure
    .meta({
      permission: ['hospital.read', 'platform.hospital.read'],
      openapi: { method: 'GET', path: '/hospitals/{hospitalId}', tags, summary: 'Read your hospital' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getHospital(ctx.verbs, input)),
  list: procedure
    .meta({
      permission: 'signed-in',
      openapi: {
        method: 'GET',
        path: '/hospitals',
        tags,
        summary: 'The hospitals you work for; all of them for a platform administrator',
      },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { search = null, after = null, limit } }) =>
      listOwnHospitals(ctx.verbs, { search, after, limit }),
    ),
  directory: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/directory/hospitals', tags, summary: 'Look hospitals up' },
    })
    .input(schemas.directory.input)
    .output(schemas.directory.output)
    .query(({ ctx, input: { search = null, city = null, speciality = null, after = null, limit } }) =>
      listHospitalDirectory(ctx.verbs, { search, city, speciality, after, limit }),
    ),
  update: procedure
    .meta({
      permission: ['hospital.update', 'platform.hospital.update'],
      openapi: { method: 'PATCH', path: '/hospitals/{hospitalId}', tags, summary: 'Change what is given' },
    })
    .input(schemas.update.input)
    .output(schemas.update.output)
    .mutation(({ ctx, input }) => updateHospital(ctx.verbs, input)),
  close: procedure
    .meta({
      permission: 'platform.hospital.close',
      openapi: {
        method: 'POST',
        path: '/hospitals/{hospitalId}/close',
        tags,
        summary: 'Close a hospital where nobody is admitted',
      },
    })
    .input(schemas.close.input)
    .output(schemas.close.output)
    .mutation(({ ctx, input }) => closeHospital(ctx.verbs, input)),
  departments: procedure
    .meta({
      permission: 'hospital.read',
      openapi: { method: 'GET', path: '/departments', tags, summary: 'List departments' },
    })
    .input(schemas.departments.input)
    .output(schemas.departments.output)
    .query(({ ctx }) => listDepartments(ctx.verbs)),
  createDepartment: procedure
    .meta({
      permission: 'department.manage',
      openapi: { method: 'POST', path: '/departments', tags, summary: 'Open a department' },
    })
    .input(schemas.createDepartment.input)
    .output(schemas.createDepartment.output)
    .mutation(({ ctx, input }) => createDepartment(ctx.verbs, input)),
  renameDepartment: procedure
    .meta({
      permission: 'department.manage',
      openapi: { method: 'PATCH', path: '/departments/{departmentId}', tags, summary: 'Rename a department' },
    })
    .input(schemas.renameDepartment.input)
    .output(schemas.renameDepartment.output)
    .mutation(({ ctx, input }) => renameDepartment(ctx.verbs, input)),
  closeDepartment: procedure
    .meta({
      permission: 'department.manage',
      openapi: { method: 'DELETE', path: '/departments/{departmentId}', tags, summary: 'Close a department' },
    })
    .input(schemas.closeDepartment.input)
    .output(schemas.closeDepartment.output)
    .mutation(({ ctx, input }) => closeDepartment(ctx.verbs, input)),
  createWard: procedure
    .meta({ permission: 'ward.manage', openapi: { method: 'POST', path: '/wards', tags, summary: 'Open a ward' } })
    .input(schemas.createWard.input)
    .output(schemas.createWard.output)
    .mutation(({ ctx, input }) => createWard(ctx.verbs, input)),
  wards: procedure
    .meta({ permission: 'hospital.read', openapi: { method: 'GET', path: '/wards', tags, summary: 'List wards' } })
    .input(schemas.wards.input)
    .output(schemas.wards.output)
    .query(({ ctx }) => listWards(ctx.verbs)),
  staff: procedure
    .meta({ permission: 'staff.list', openapi: { method: 'GET', path: '/staff', tags, summary: 'List staff' } })
    .input(schemas.staff.input)
    .output(schemas.staff.output)
    .query(({ ctx, input: { search = null, role = null, departmentId = null, after = null, limit } }) =>
      listStaff(ctx.verbs, { search, role, departmentId, after, limit }),
    ),
  updateStaff: procedure
    .meta({
      permission: 'staff.update',
      openapi: { method: 'PATCH', path: '/staff/{membershipId}', tags, summary: 'Change a role or department' },
    })
    .input(schemas.updateStaff.input)
    .output(schemas.updateStaff.output)
    .mutation(({ ctx, input }) => updateStaff(ctx.verbs, input)),
  sendStaffReset: procedure
    .meta({
      permission: 'staff.update',
      openapi: {
        method: 'POST',
        path: '/staff/{membershipId}/password-reset',
        tags,
        summary: 'Send a colleague a link to set a new password',
      },
    })
    .input(schemas.sendStaffReset.input)
    .output(schemas.sendStaffReset.output)
    .mutation(({ ctx, input }) => sendStaffReset(ctx.verbs, input)),
  invite: procedure
    .meta({
      permission: 'staff.invite',
      openapi: { method: 'POST', path: '/invitations', tags, summary: 'Invite a member of staff' },
    })
    .input(schemas.invite.input)
    .output(schemas.invite.output)
    .mutation(({ ctx, input }) => inviteStaff(ctx.verbs, input)),
  invitations: procedure
    .meta({
      permission: 'staff.invite',
      openapi: { method: 'GET', path: '/invitations', tags, summary: 'Invitations to the staff that are open' },
    })
    .input(schemas.invitations.input)
    .output(schemas.invitations.output)
    .query(({ ctx, input: { after = null, limit } }) => listStaffInvitations(ctx.verbs, { after, limit })),
  revokeInvitation: procedure
    .meta({
      permission: 'staff.invite',
      openapi: { method: 'DELETE', path: '/invitations/{invitationId}', tags, summary: 'Take an invitation back' },
    })
    .input(schemas.revokeInvitation.input)
    .output(schemas.revokeInvitation.output)
    .mutation(({ ctx, input }) => revokeStaffInvitation(ctx.verbs, input)),
  endMembership: procedure
    .meta({
      permission: 'staff.end',
      openapi: { method: 'DELETE', path: '/staff/{membershipId}', tags, summary: 'End a membership' },
    })
    .input(schemas.endMembership.input)
    .output(schemas.endMembership.output)
    .mutation(({ ctx, input }) => endMembership(ctx.verbs, input)),
  createGateway: procedure
    .meta({
      permission: 'gateway.create',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/gateways', tags, summary: 'Make a credential for a bedside gateway' },
    })
    .input(schemas.createGateway.input)
    .output(schemas.createGateway.output)
    .mutation(({ ctx, input }) => createGateway(ctx.verbs, input)),
})

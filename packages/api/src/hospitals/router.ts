import {
  createGateway,
  createWard,
  endMembership,
  inviteStaff,
  listStaff,
  listWards,
  signUpHospital,
  setRetention,
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
    .query(({ ctx }) => listStaff(ctx.verbs)),
  invite: procedure
    .meta({
      permission: 'staff.invite',
      openapi: { method: 'POST', path: '/invitations', tags, summary: 'Invite a member of staff' },
    })
    .input(schemas.invite.input)
    .output(schemas.invite.output)
    .mutation(({ ctx, input }) => inviteStaff(ctx.verbs, input)),
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
      isUnkeyed: true,
      openapi: { method: 'POST', path: '/gateways', tags, summary: 'Make a credential for a bedside gateway' },
    })
    .input(schemas.createGateway.input)
    .output(schemas.createGateway.output)
    .mutation(({ ctx, input }) => createGateway(ctx.verbs, input)),
  setRetention: procedure
    .meta({
      permission: 'retention.set',
      openapi: {
        method: 'PUT',
        path: '/hospital/retention',
        tags,
        summary: 'How long clinical records outlive an erasure',
      },
    })
    .input(schemas.setRetention.input)
    .output(schemas.setRetention.output)
    .mutation(({ ctx, input }) => setRetention(ctx.verbs, input)),
})

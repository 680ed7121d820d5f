import { listOwnRegistrations, offerRegistration, redeemOffer } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { registrationSchemas as schemas } from './schemas.ts'

const tags = ['registrations']

export const registrationsRouter = router({
  offer: procedure
    .meta({
      permission: 'registration.offer',
      isUnkeyed: 'secret-answer',
      openapi: {
        method: 'POST',
        path: '/registration-offers',
        tags,
        summary: 'Offer to be registered: a code to show at a hospital',
      },
    })
    .input(schemas.offer.input)
    .output(schemas.offer.output)
    .mutation(({ ctx }) => offerRegistration(ctx.verbs)),
  redeem: procedure
    .meta({
      permission: 'patient.register',
      openapi: {
        method: 'POST',
        path: '/registrations',
        tags,
        summary: 'Open a file for the person who shows this code',
      },
    })
    .input(schemas.redeem.input)
    .output(schemas.redeem.output)
    .mutation(({ ctx, input }) => redeemOffer(ctx.verbs, input)),
  own: procedure
    .meta({
      permission: 'registration.read-own',
      openapi: { method: 'GET', path: '/registrations', tags, summary: 'The hospitals that keep a file of you' },
    })
    .input(schemas.own.input)
    .output(schemas.own.output)
    .query(({ ctx }) => listOwnRegistrations(ctx.verbs)),
})

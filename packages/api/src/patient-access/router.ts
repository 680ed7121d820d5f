import { changeRelation, leavePatient, listMyPatients, listPatientAccess, revokeAccess } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { patientAccessSchemas as schemas } from './schemas.ts'

const tags = ['patient access']
const named = '/patients/{patientId}/logins/{accessId}'

export const patientAccessRouter = router({
  list: procedure
    .meta({
      permission: 'patient-access.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/logins', tags, summary: 'Who may act for a patient' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input }) => listPatientAccess(ctx.verbs, input)),
  mine: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/me/patients', tags, summary: 'The patients you may act for' },
    })
    .input(schemas.mine.input)
    .output(schemas.mine.output)
    .query(({ ctx }) => listMyPatients(ctx.verbs)),
  changeRelation: procedure
    .meta({
      permission: 'patient-access.manage',
      openapi: { method: 'PUT', path: named, tags, summary: 'Another relation, by a new grant' },
    })
    .input(schemas.changeRelation.input)
    .output(schemas.changeRelation.output)
    .mutation(({ ctx, input }) => changeRelation(ctx.verbs, input)),
  revoke: procedure
    .meta({
      permission: 'patient-access.manage',
      openapi: { method: 'DELETE', path: named, tags, summary: 'Take a login’s leave to act for a patient' },
    })
    .input(schemas.revoke.input)
    .output(schemas.revoke.output)
    .mutation(({ ctx, input }) => revokeAccess(ctx.verbs, input)),
  leave: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'DELETE', path: '/me/patients/{accessId}', tags, summary: 'Give up acting for a patient' },
    })
    .input(schemas.leave.input)
    .output(schemas.leave.output)
    .mutation(({ ctx, input }) => leavePatient(ctx.verbs, input)),
})

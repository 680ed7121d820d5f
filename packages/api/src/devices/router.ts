import { assignDevice, deviceOfPatient, listDevices, registerDevice, unassignDevice } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { deviceSchemas as schemas } from './schemas.ts'

const tags = ['devices']

export const devicesRouter = router({
  register: procedure
    .meta({ permission: 'device.manage', openapi: { method: 'POST', path: '/devices', tags, summary: 'Register' } })
    .input(schemas.register.input)
    .output(schemas.register.output)
    .mutation(({ ctx, input }) => registerDevice(ctx.verbs, input)),
  list: procedure
    .meta({ permission: 'device.read', openapi: { method: 'GET', path: '/devices', tags, summary: 'List' } })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx }) => listDevices(ctx.verbs)),
  ofPatient: procedure
    .meta({
      permission: 'device.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/device',
        tags,
        summary: 'The device last put on a patient',
      },
    })
    .input(schemas.ofPatient.input)
    .output(schemas.ofPatient.output)
    .query(({ ctx, input }) => deviceOfPatient(ctx.verbs, input)),
  assign: procedure
    .meta({
      permission: 'device.assign',
      openapi: { method: 'POST', path: '/devices/{deviceId}/assignments', tags, summary: 'Put on a patient' },
    })
    .input(schemas.assign.input)
    .output(schemas.assign.output)
    .mutation(({ ctx, input }) => assignDevice(ctx.verbs, input)),
  unassign: procedure
    .meta({
      permission: 'device.assign',
      openapi: { method: 'POST', path: '/devices/{deviceId}/unassign', tags, summary: 'Take off a patient' },
    })
    .input(schemas.unassign.input)
    .output(schemas.unassign.output)
    .mutation(({ ctx, input }) => unassignDevice(ctx.verbs, input)),
})

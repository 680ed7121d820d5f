import { admitPatient, dischargePatient, listAdmissions, listAdmitted, transferPatient } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { admissionSchemas as schemas } from './schemas.ts'

const tags = ['admissions']

export const admissionsRouter = router({
  admit: procedure
    .meta({
      permission: 'admission.admit',
      openapi: { method: 'POST', path: '/admissions', tags, summary: 'Admit a patient' },
    })
    .input(schemas.admit.input)
    .output(schemas.admit.output)
    .mutation(({ ctx, input }) => admitPatient(ctx.verbs, input)),
  transfer: procedure
    .meta({
      permission: 'admission.transfer',
      openapi: { method: 'POST', path: '/patients/{patientId}/transfer', tags, summary: 'Move to another ward or bed' },
    })
    .input(schemas.transfer.input)
    .output(schemas.transfer.output)
    .mutation(({ ctx, input }) => transferPatient(ctx.verbs, input)),
  discharge: procedure
    .meta({
      permission: 'admission.discharge',
      openapi: { method: 'POST', path: '/patients/{patientId}/discharge', tags, summary: 'Discharge' },
    })
    .input(schemas.discharge.input)
    .output(schemas.discharge.output)
    .mutation(({ ctx, input }) => dischargePatient(ctx.verbs, input)),
  ofPatient: procedure
    .meta({
      permission: 'admission.list',
      openapi: { method: 'GET', path: '/patients/{patientId}/admissions', tags, summary: 'The stays of a patient' },
    })
    .input(schemas.ofPatient.input)
    .output(schemas.ofPatient.output)
    .query(({ ctx, input }) => listAdmissions(ctx.verbs, input)),
  current: procedure
    .meta({
      permission: 'admission.list',
      openapi: { method: 'GET', path: '/admissions', tags, summary: 'Who lies where now, by record number' },
    })
    .input(schemas.current.input)
    .output(schemas.current.output)
    .query(({ ctx, input: { after = null, limit } }) => listAdmitted(ctx.verbs, { after, limit })),
})

import {
  getHistory,
  getPatient,
  invitePatientLogin,
  listHospitalsOfPatient,
  listPatients,
  readPatientProfile,
  readProfileToPrint,
  registerPatient,
  removePatient,
  updatePatient,
} from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { profileFile } from './print-profile.ts'
import { recordProcedures } from './record-procedures.ts'
import { patientSchemas as schemas } from './schemas.ts'

const tags = ['patients']

export const patientsRouter = router({
  ...recordProcedures,
  list: procedure
    .meta({
      permission: 'patient.list',
      openapi: { method: 'GET', path: '/patients', tags, summary: 'The patients within your reach' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { wardId = null, after = null, limit } }) =>
      listPatients(ctx.verbs, { wardId, after, limit }),
    ),
  search: procedure
    .meta({
      permission: 'patient.list',
      openapi: {
        method: 'POST',
        path: '/patients/search',
        tags,
        summary: 'The patients within your reach of whom all that is given holds',
      },
    })
    .input(schemas.search.input)
    .output(schemas.search.output)
    .query(({ ctx, input: { wardId = null, after = null, ...search } }) =>
      listPatients(ctx.verbs, { wardId, after, ...search }),
    ),
  get: procedure
    .meta({
      permission: 'patient.read',
      openapi: { method: 'GET', path: '/patients/{patientId}', tags, summary: 'Demographics and how to reach them' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getPatient(ctx.verbs, input)),
  history: procedure
    .meta({
      permission: 'patient.history.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/history', tags, summary: 'Medical history' },
    })
    .input(schemas.history.input)
    .output(schemas.history.output)
    .query(({ ctx, input }) => getHistory(ctx.verbs, input)),
  profile: procedure
    .meta({
      permission: 'visit.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/profile',
        tags,
        summary: 'The whole file: history, lists, cases and visits',
      },
    })
    .input(schemas.profile.input)
    .output(schemas.profile.output)
    .query(({ ctx, input }) => readPatientProfile(ctx.verbs, input)),
  profilePdf: procedure
    .meta({
      permission: 'visit.read',
      load: 'export',
      isFile: true,
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/profile.pdf',
        tags,
        summary: 'The profile on paper: a PDF without what stays among clinicians',
      },
    })
    .input(schemas.profilePdf.input)
    .output(schemas.profilePdf.output)
    .query(async ({ ctx, input }) => profileFile(await readProfileToPrint(ctx.verbs, input), ctx.request)),
  hospitals: procedure
    .meta({
      permission: 'patient.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/hospitals',
        tags,
        summary: 'Where the patient has a file',
      },
    })
    .input(schemas.hospitals.input)
    .output(schemas.hospitals.output)
    .query(({ ctx, input }) => listHospitalsOfPatient(ctx.verbs, input)),
  register: procedure
    .meta({
      permission: 'patient.register',
      openapi: { method: 'POST', path: '/patients', tags, summary: 'Register a patient' },
    })
    .input(schemas.register.input)
    .output(schemas.register.output)
    .mutation(({ ctx, input }) => registerPatient(ctx.verbs, input)),
  update: procedure
    .meta({
      permission: 'patient.update',
      openapi: { method: 'PATCH', path: '/patients/{patientId}', tags, summary: 'Change what is given' },
    })
    .input(schemas.update.input)
    .output(schemas.update.output)
    .mutation(({ ctx, input }) => updatePatient(ctx.verbs, input)),
  remove: procedure
    .meta({
      permission: 'patient.remove',
      openapi: { method: 'DELETE', path: '/patients/{patientId}', tags, summary: 'Take out a file made in error' },
    })
    .input(schemas.remove.input)
    .output(schemas.remove.output)
    .mutation(({ ctx, input }) => removePatient(ctx.verbs, input)),
  inviteLogin: procedure
    .meta({
      permission: 'patient-access.manage',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/logins',
        tags,
        summary: 'Invite the patient, or somebody close, to sign in',
      },
    })
    .input(schemas.inviteLogin.input)
    .output(schemas.inviteLogin.output)
    .mutation(({ ctx, input }) => invitePatientLogin(ctx.verbs, input)),
})

import {
  getDoctor,
  getListedDoctor,
  getOwnDoctor,
  getPresence,
  listAppointed,
  listDoctorDirectory,
  listDoctorHospitals,
  listDoctorPatients,
  listDoctors,
  setPresence,
  updateDoctor,
  updateOwnDoctor,
} from '@chartwire/db'
import { appointmentSchemas } from '../appointments/schemas.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { doctorSchemas as schemas } from './schemas.ts'

const tags = ['doctors']

export const doctorsRouter = router({
  list: procedure
    .meta({
      permission: 'doctor.read',
      openapi: { method: 'GET', path: '/doctors', tags, summary: 'The doctors of your hospital' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input }) => {
      const { search = null, speciality = null, departmentId = null, available = null, online = null } = input
      const { after = null, limit } = input
      return listDoctors(ctx.verbs, { search, speciality, departmentId, available, online, after, limit })
    }),
  get: procedure
    .meta({
      permission: 'doctor.read',
      openapi: { method: 'GET', path: '/doctors/{membershipId}', tags, summary: 'A doctor’s whole profile' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getDoctor(ctx.verbs, input)),
  own: procedure
    .meta({
      permission: 'doctor.update-own',
      openapi: { method: 'GET', path: '/doctors/me', tags, summary: 'Your own profile as a doctor' },
    })
    .input(schemas.own.input)
    .output(schemas.own.output)
    .query(({ ctx }) => getOwnDoctor(ctx.verbs)),
  updateOwn: procedure
    .meta({
      permission: 'doctor.update-own',
      openapi: { method: 'PATCH', path: '/doctors/me', tags, summary: 'Change what is given of your own profile' },
    })
    .input(schemas.updateOwn.input)
    .output(schemas.updateOwn.output)
    .mutation(({ ctx, input }) => updateOwnDoctor(ctx.verbs, input)),
  update: procedure
    .meta({
      permission: 'doctor.update',
      openapi: { method: 'PATCH', path: '/doctors/{membershipId}', tags, summary: 'Change what is given' },
    })
    .input(schemas.update.input)
    .output(schemas.update.output)
    .mutation(({ ctx, input }) => updateDoctor(ctx.verbs, input)),
  setPresence: procedure
    .meta({
      permission: 'doctor.update-own',
      isUnkeyed: 'same-outcome',
      openapi: { method: 'PUT', path: '/doctors/me/presence', tags, summary: 'Say that you are here, or not' },
    })
    .input(schemas.setPresence.input)
    .output(schemas.setPresence.output)
    .mutation(({ ctx, input }) => setPresence(ctx.verbs, input)),
  presence: procedure
    .meta({
      permission: 'doctor.update-own',
      openapi: { method: 'GET', path: '/doctors/me/presence', tags, summary: 'Whether others see you as here' },
    })
    .input(schemas.presence.input)
    .output(schemas.presence.output)
    .query(({ ctx }) => getPresence(ctx.verbs)),
  patients: procedure
    .meta({
      permission: 'care-team.read',
      openapi: { method: 'GET', path: '/doctors/{membershipId}/patients', tags, summary: 'Whom a doctor cares for' },
    })
    .input(schemas.patients.input)
    .output(schemas.patients.output)
    .query(({ ctx, input: { membershipId, after = null, limit } }) =>
      listDoctorPatients(ctx.verbs, { membershipId, after, limit }),
    ),
  appointed: procedure
    .meta({
      permission: 'appointment.read',
      openapi: { method: 'GET', path: '/doctors/{membershipId}/appointed', tags, summary: 'Who comes to a doctor' },
    })
    .input(appointmentSchemas.appointed.input)
    .output(appointmentSchemas.appointed.output)
    .query(({ ctx, input: { membershipId, after = null, limit } }) =>
      listAppointed(ctx.verbs, { membershipId, after, limit }),
    ),
  directory: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/directory/doctors', tags, summary: 'Look doctors up' },
    })
    .input(schemas.directory.input)
    .output(schemas.directory.output)
    .query(({ ctx, input }) => {
      const { search = null, speciality = null, hospitalId = null, available = null, online = null } = input
      const { after = null, limit } = input
      return listDoctorDirectory(ctx.verbs, { search, speciality, hospitalId, available, online, after, limit })
    }),
  listed: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/directory/doctors/{membershipId}', tags, summary: 'Look a doctor up' },
    })
    .input(schemas.listed.input)
    .output(schemas.listed.output)
    .query(({ ctx, input }) => getListedDoctor(ctx.verbs, input)),
  hospitals: procedure
    .meta({
      permission: 'signed-in',
      openapi: {
        method: 'GET',
        path: '/directory/doctors/{membershipId}/hospitals',
        tags,
        summary: 'Where a doctor practises',
      },
    })
    .input(schemas.hospitals.input)
    .output(schemas.hospitals.output)
    .query(({ ctx, input }) => listDoctorHospitals(ctx.verbs, input)),
})

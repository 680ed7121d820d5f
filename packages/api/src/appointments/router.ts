import {
  blockSlot,
  bookAppointment,
  cancelAppointment,
  changeAppointment,
  getAppointment,
  listAppointments,
  listFreeSlots,
  noteAppointment,
  rescheduleAppointment,
  setAppointmentStatus,
} from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { appointmentSchemas as schemas } from './schemas.ts'

const tags = ['appointments']

export const appointmentsRouter = router({
  book: procedure
    .meta({
      permission: 'appointment.book',
      openapi: { method: 'POST', path: '/appointments', tags, summary: 'Book a patient’s time with a doctor' },
    })
    .input(schemas.book.input)
    .output(schemas.book.output)
    .mutation(({ ctx, input }) => bookAppointment(ctx.verbs, input)),
  block: procedure
    .meta({
      permission: 'appointment.manage',
      openapi: { method: 'POST', path: '/appointments/blocks', tags, summary: 'Keep a span free of patients' },
    })
    .input(schemas.block.input)
    .output(schemas.block.output)
    .mutation(({ ctx, input }) => blockSlot(ctx.verbs, input)),
  get: procedure
    .meta({
      permission: 'appointment.read',
      openapi: { method: 'GET', path: '/appointments/{id}', tags, summary: 'One appointment with its texts' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getAppointment(ctx.verbs, input)),
  list: procedure
    .meta({
      permission: 'appointment.read',
      openapi: { method: 'GET', path: '/appointments', tags, summary: 'Appointments by doctor, patient, day, status' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input }) => {
      const { membershipId = null, patientId = null, from = null, until = null } = input
      const { status = null, after = null, limit } = input
      return listAppointments(ctx.verbs, { membershipId, patientId, from, until, status, after, limit })
    }),
  reschedule: procedure
    .meta({
      permission: 'appointment.book',
      openapi: {
        method: 'POST',
        path: '/appointments/{id}/reschedule',
        tags,
        summary: 'Move it to another time; a new appointment follows the old one',
      },
    })
    .input(schemas.reschedule.input)
    .output(schemas.reschedule.output)
    .mutation(({ ctx, input }) => rescheduleAppointment(ctx.verbs, input)),
  cancel: procedure
    .meta({
      permission: 'appointment.book',
      openapi: { method: 'POST', path: '/appointments/{id}/cancel', tags, summary: 'Cancel it; it stays on record' },
    })
    .input(schemas.cancel.input)
    .output(schemas.cancel.output)
    .mutation(({ ctx, input }) => cancelAppointment(ctx.verbs, input)),
  setStatus: procedure
    .meta({
      permission: 'appointment.manage',
      openapi: {
        method: 'PUT',
        path: '/appointments/{id}/status',
        tags,
        summary: 'Confirm, begin or complete it, or say that nobody came',
      },
    })
    .input(schemas.setStatus.input)
    .output(schemas.setStatus.output)
    .mutation(({ ctx, input }) => setAppointmentStatus(ctx.verbs, input)),
  change: procedure
    .meta({
      permission: 'appointment.manage',
      openapi: { method: 'PATCH', path: '/appointments/{id}', tags, summary: 'Change its mode or kind' },
    })
    .input(schemas.change.input)
    .output(schemas.change.output)
    .mutation(({ ctx, input }) => changeAppointment(ctx.verbs, input)),
  note: procedure
    .meta({
      permission: 'appointment.book',
      openapi: { method: 'PUT', path: '/appointments/{id}/notes', tags, summary: 'Replace the notes that are yours' },
    })
    .input(schemas.note.input)
    .output(schemas.note.output)
    .mutation(({ ctx, input }) => noteAppointment(ctx.verbs, input)),
  freeSlots: procedure
    .meta({
      permission: 'appointment.book',
      openapi: {
        method: 'GET',
        path: '/doctors/{membershipId}/free-slots',
        tags,
        summary: 'When a doctor is free on a day',
      },
    })
    .input(schemas.freeSlots.input)
    .output(schemas.freeSlots.output)
    .query(({ ctx, input }) => listFreeSlots(ctx.verbs, input)),
})

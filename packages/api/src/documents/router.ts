import { listSentDocuments, openDocument, revokeDocument, sendProfile } from '@chartwire/db'
import { fileOf } from '../kernel/file.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { printProfile } from '../patients/print-profile.ts'
import { documentSchemas as schemas } from './schemas.ts'

const tags = ['documents']

export const documentsRouter = router({
  sendProfile: procedure
    .meta({
      permission: 'document.send',
      load: 'export',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/profile/send',
        tags,
        summary: 'Send the patient a link to their profile as PDF, by WhatsApp, by mail, or to hand over',
      },
    })
    .input(schemas.sendProfile.input)
    .output(schemas.sendProfile.output)
    .mutation(({ ctx, input }) => sendProfile(ctx.verbs, input, (profile) => printProfile(profile, ctx.request))),
  list: procedure
    .meta({
      permission: 'document.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/sent-documents',
        tags,
        summary: 'Documents that were sent to the patient, the newest first',
      },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { after = null, ...input } }) => listSentDocuments(ctx.verbs, { after, ...input })),
  revoke: procedure
    .meta({
      permission: 'document.send',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/sent-documents/{documentId}/revoke',
        tags,
        summary: 'Take a link back, and its document with it',
      },
    })
    .input(schemas.revoke.input)
    .output(schemas.revoke.output)
    .mutation(({ ctx, input }) => revokeDocument(ctx.verbs, input)),
  open: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'single-use',
      isFile: true,
      openapi: {
        method: 'POST',
        path: '/documents/open',
        tags,
        summary: 'Open a document that was sent, by its link and the birth date',
        protect: false,
      },
    })
    .input(schemas.open.input)
    .output(schemas.open.output)
    .mutation(async ({ ctx, input }) => fileOf(await openDocument(ctx.verbs, input))),
})

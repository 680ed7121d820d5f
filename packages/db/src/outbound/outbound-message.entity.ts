import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const outboundChannels = ['mail', 'whatsapp'] as const
export type OutboundChannel = (typeof outboundChannels)[number]

/**
 * A message that waits for the mail server, or another sender; address and content are encrypted, since they hold links that open a login.
 * What is sent keeps its line for a while, without its content.
 */
export const OutboundMessageSchema = defineEntity({
  name: 'OutboundMessage',
  tableName: 'outbound_message',
  properties: {
    id: id(),
    /** Whose login it is about; null for an address that has none yet. */
    userId: p.uuid().index().nullable(),
    kind: p.text(),
    /** The document or invitation that it brings; null of what brings none. */
    subjectId: p.uuid().index().nullable(),
    /** Which way it goes out; each has a sender of its own. */
    channel: p.enum(outboundChannels).default('mail'),
    addressCipher: cipher(),
    bodyCipher: cipher().nullable(),
    createdAt: instant().index(),
    /** Not to be tried before. */
    dueAt: instant(),
    attempts: p.integer().default(0),
    sentAt: instant().nullable(),
    givenUpAt: instant().nullable(),
    /** Why the last attempt failed, in a word or the mail server's number: never its text, which names the address. */
    failure: p.text().nullable(),
  },
  indexes: [
    {
      name: 'outbound_message_due_idx',
      expression: `create index outbound_message_due_idx on outbound_message (due_at) where sent_at is null and given_up_at is null`,
    },
  ],
})
export class OutboundMessage extends OutboundMessageSchema.class {}
OutboundMessageSchema.setClass(OutboundMessage)

import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

/** A message that waits for a sender; address and content are encrypted, since they hold links that open a login. */
export const OutboundMessageSchema = defineEntity({
  name: 'OutboundMessage',
  tableName: 'outbound_message',
  properties: {
    id: id(),
    userId: p.uuid().index(),
    kind: p.text(),
    addressCipher: cipher(),
    bodyCipher: cipher(),
    createdAt: instant().index(),
    sentAt: instant().nullable(),
  },
})
export class OutboundMessage extends OutboundMessageSchema.class {}
OutboundMessageSchema.setClass(OutboundMessage)

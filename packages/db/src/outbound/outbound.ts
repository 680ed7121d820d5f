import type { Transaction } from '../database/transact.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import type { Ctx } from '../kernel/context.ts'
import type { StaffRole } from '../policy/actor.ts'
import { type OutboundChannel, OutboundMessage } from './outbound-message.entity.ts'

/** What a message is about. The sender makes the words, and the link, from its facts. No patient is named. */
export type MailContent =
  | { kind: 'password-reset'; token: string; expiresAt: string }
  /** `role` is null for a login that is to act for a patient. */
  | { kind: 'invitation'; token: string; expiresAt: string; hospital: string; role: StaffRole | null }
  /** To an address that somebody says is theirs: the link does what waits for it. */
  | { kind: 'confirm-address'; token: string; expiresAt: string }
  /** To one that has a login already, when somebody signs up or would move to it. */
  | { kind: 'address-known' }
  /** To the former address, so that whoever lost the login learns of it. */
  | { kind: 'email-changed' }
  | { kind: 'password-changed' }
  | { kind: 'factors-reset'; by: 'administrator' | 'operator' }
  /** A document for a patient. The hospital's name is all that the message says of what it is. */
  | { kind: 'document'; token: string; expiresAt: string; hospital: string }

/** A message to an address, or to a number; `userId` is the login that has it, if one has. */
export interface Mail {
  userId: string | null
  address: string
  content: MailContent
  /** Id of the document or invitation that it brings: taken back before it is sent, it is not sent. */
  subjectId?: string
  /** By mail unless said otherwise. */
  channel?: OutboundChannel
}

/** Where messages leave the house. They join the transaction that makes them true. */
export interface Outbound {
  /** Whether somebody sends them: then links go to the inbox they are meant for, and to nobody else. */
  isSent: boolean
  /** Whether somebody sends what goes this way. */
  sends: (channel: OutboundChannel) => boolean
  enqueue: (tx: Transaction, ctx: Pick<Ctx, 'newId' | 'now'>, mail: Mail) => void
}

export const messagePlace = (id: string, column: 'address' | 'body') => ({ table: 'outbound_message', column, id })

/** Keeps messages, encrypted, for `deliverMessages`. Nothing of them reaches a log. */
export function storedOutbound(
  keys: KeyRing,
  { isSent, sendsWhatsApp }: { isSent: boolean; sendsWhatsApp: boolean },
): Outbound {
  return {
    isSent,
    sends: (channel) => (channel === 'mail' ? isSent : sendsWhatsApp),
    enqueue: (tx, ctx, { userId, address, content, subjectId, channel = 'mail' }) => {
      const id = ctx.newId()
      const now = ctx.now()
      tx.em.create(OutboundMessage, {
        id,
        userId,
        kind: content.kind,
        subjectId: subjectId ?? null,
        channel,
        addressCipher: keys.encrypt(address, messagePlace(id, 'address')),
        bodyCipher: keys.encrypt(JSON.stringify(content), messagePlace(id, 'body')),
        createdAt: now,
        dueAt: now,
        attempts: 0,
        sentAt: null,
        givenUpAt: null,
        failure: null,
      })
    },
  }
}

import type { Transaction } from '../database/transact.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import type { Ctx } from '../kernel/context.ts'
import { OutboundMessage } from './outbound-message.entity.ts'

/** A message to a login's own address. The sender makes the words, and the link, from its facts. */
export interface Mail {
  userId: string
  address: string
  content:
    | { kind: 'password-reset'; token: string; expiresAt: string }
    /** To the former address, so that whoever lost the login learns of it. */
    | { kind: 'email-changed' }
    | { kind: 'password-changed' }
}

/** Where messages leave the house. They join the transaction that makes them true. */
export interface Outbound {
  enqueue: (tx: Transaction, ctx: Pick<Ctx, 'newId' | 'now'>, mail: Mail) => void
}

/** Keeps messages, encrypted, for a sender to take up later. Nothing of them reaches a log. */
export function storedOutbound(keys: KeyRing): Outbound {
  return {
    enqueue: (tx, ctx, { userId, address, content }) => {
      const id = ctx.newId()
      tx.em.create(OutboundMessage, {
        id,
        userId,
        kind: content.kind,
        addressCipher: keys.encrypt(address, { table: 'outbound_message', column: 'address', id }),
        bodyCipher: keys.encrypt(JSON.stringify(content), { table: 'outbound_message', column: 'body', id }),
        createdAt: ctx.now(),
        sentAt: null,
      })
    },
  }
}

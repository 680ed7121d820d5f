import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { sealNote } from './visit-content.ts'
import { VisitInternalNote } from './visit.entity.ts'

export interface NewNote {
  hospitalId: string
  patientId: string
  visitId: string
  /** The visit's version that comes with it. */
  version: number
  /** Null takes the note out. */
  note: string | null
}

/** Puts an internal note in front of those before it, which stay. */
export function addInternalNote(tx: Transaction, ctx: Ctx, { note, ...visit }: NewNote): void {
  const id = ctx.newId()
  tx.em.create(VisitInternalNote, {
    id,
    ...visit,
    textCipher: sealNote(ctx.db.keys, id, note),
    writtenBy: actorKey(ctx.actor),
    writtenAt: ctx.now(),
  })
}

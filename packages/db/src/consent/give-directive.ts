import { transact, type Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { holdPerson } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import type { DirectivePurpose } from '../policy/purposes.ts'
import { assertConcerns, authorizeDirecting, type Word } from './authorize-directing.ts'
import { ConsentDirective, type directiveEffects } from './consent-directive.entity.ts'
import { publishDirected } from './publish-directed.ts'
import { findRecipient, type Recipient, type RecipientColumns } from './recipient.ts'
import { remaindersOf, type Span } from './remainders.ts'

export interface GiveDirectiveInput {
  patientId: string
  effect: (typeof directiveEffects)[number]
  purposes: readonly DirectivePurpose[]
  recipient: Recipient
  /** From now unless given; never in the past, since what was read was read. */
  effectiveFrom?: string | undefined
  effectiveUntil?: string | null | undefined
  /** Where the signed paper is: needed of staff, who record the patient's written word. */
  reference?: string | undefined
}

interface NewDirective extends RecipientColumns, Span {
  patientId: string
  effect: (typeof directiveEffects)[number]
  purpose: DirectivePurpose
  word: Word
}

/**
 * A patient's directive, one for each purpose. It supersedes what was directed of the same purpose and recipient for its
 * own span; around a span that ends, what held before holds again. Running streams follow within two seconds.
 */
export async function giveDirective(ctx: Ctx, input: GiveDirectiveInput): Promise<{ ids: string[] }> {
  const { patientId, effect, purposes } = input
  const word = await authorizeDirecting(ctx, patientId, input.reference)
  const now = ctx.now()
  const from = input.effectiveFrom === undefined ? now : new Date(input.effectiveFrom)
  const until = input.effectiveUntil ? new Date(input.effectiveUntil) : null
  if (from < now) throw invalid('effectiveFrom', 'now or later')
  if (until !== null && until <= from) throw invalid('effectiveUntil', 'later than effectiveFrom')
  // Before it is looked up: staff are told nothing of other hospitals, not even which there are.
  if ('hospitalId' in input.recipient) assertConcerns(word, input.recipient.hospitalId)
  // A recipient is named across hospitals, whose rows the actor need not see.
  const recipient = await findRecipient(ctx.db.sql, input.recipient, word)
  assertConcerns(word, recipient.recipientHospitalId)
  return transact(ctx, async (tx) => {
    // A merge of this moment would leave it with the file that goes, where nobody asks for it.
    await holdPerson(tx.sql, patientId)
    await lockDirectives(tx, patientId)
    const ids: string[] = []
    for (const purpose of new Set(purposes)) {
      const directive = { patientId, effect, purpose, word, from, until, ...recipient }
      ids.push(await direct(tx, ctx, directive))
    }
    tx.audit({
      hospitalId: word.hospitalId,
      action: 'consent.give',
      resource: { type: 'consent-directive', id: ids[0] ?? null },
      patientIds: [patientId],
      detail: { effect, purposes: purposes.join(), recipient: input.recipient.kind, basis: word.basis },
    })
    await publishDirected(tx, patientId)
    return { ids }
  })
}

/** One change of a patient's directives after the other. */
export async function lockDirectives(tx: Transaction, patientId: string): Promise<void> {
  await tx.sql({
    text: `select pg_advisory_xact_lock(hashtextextended('consent:' || $1, 0))`,
    values: [patientId],
  })
}

async function direct(tx: Transaction, ctx: Ctx, directive: NewDirective): Promise<string> {
  const id = ctx.newId()
  const { patientId, purpose, recipientHospitalId, recipientRole, recipientMembershipId, from, until } = directive
  const superseded = await tx.em.find(ConsentDirective, {
    patientId,
    purpose,
    recipientHospitalId,
    recipientRole,
    recipientMembershipId,
    supersededAt: null,
    $or: [{ effectiveUntil: null }, { effectiveUntil: { $gt: from } }],
    ...(until === null ? {} : { effectiveFrom: { $lt: until } }),
  })
  for (const old of superseded) {
    old.supersededAt = ctx.now()
    old.supersededBy = id
  }
  // Before what follows begins, so that no two ever hold at once.
  await tx.em.flush()
  for (const old of superseded) {
    const span = { from: old.effectiveFrom, until: old.effectiveUntil ?? null }
    for (const { from: begins, until: ends } of remaindersOf(span, { from, until })) {
      if (ends !== null && ends <= ctx.now()) continue
      continueDirective(tx, ctx, old, { from: begins, until: ends, recipientMembershipId })
    }
  }
  const { effect, word } = directive
  tx.em.create(ConsentDirective, {
    id,
    patientId,
    effect,
    purpose,
    recipientHospitalId,
    recipientRole,
    recipientMembershipId,
    effectiveFrom: from,
    effectiveUntil: until,
    basis: word.basis,
    referenceCipher: word.reference === null ? null : ctx.db.keys.encrypt(word.reference, referencePlace(id)),
    hospitalId: word.hospitalId,
    givenBy: actorKey(ctx.actor),
    createdAt: ctx.now(),
    supersededAt: null,
    supersededBy: null,
    withdrawalCipher: null,
    continues: null,
  })
  await tx.em.flush()
  return id
}

interface Continued extends Span {
  id?: string
  recipientMembershipId: string | null
}

/** What an older directive still says: outside the span of the one that superseded it, or of somebody's later membership. */
export function continueDirective(
  tx: Transaction,
  ctx: Ctx,
  old: ConsentDirective,
  { id = ctx.newId(), from, until, recipientMembershipId }: Continued,
): void {
  const { keys } = ctx.db
  const { referenceCipher } = old
  tx.em.create(ConsentDirective, {
    id,
    patientId: old.patientId,
    effect: old.effect,
    purpose: old.purpose,
    recipientHospitalId: old.recipientHospitalId ?? null,
    recipientRole: old.recipientRole ?? null,
    recipientMembershipId,
    effectiveFrom: from,
    effectiveUntil: until,
    basis: old.basis,
    // A ciphertext opens in its own row alone.
    referenceCipher: referenceCipher
      ? keys.encrypt(keys.decrypt(Buffer.from(referenceCipher), referencePlace(old.id)), referencePlace(id))
      : null,
    hospitalId: old.hospitalId ?? null,
    givenBy: old.givenBy,
    createdAt: ctx.now(),
    supersededAt: null,
    supersededBy: null,
    withdrawalCipher: null,
    continues: old.id,
  })
}

export function referencePlace(id: string) {
  return { table: 'consent_directive', column: 'reference', id }
}

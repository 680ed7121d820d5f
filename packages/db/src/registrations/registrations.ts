import { createHash, randomInt } from 'node:crypto'
import { recordRead } from '../audit/record-read.ts'
import { violatedConstraint } from '../database/sql-state.ts'
import { transact, transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden } from '../kernel/errors.ts'
import { holdPerson } from '../patients/hold-file-open.ts'
import { openFile } from '../patients/register-patient.ts'
import { actorKey } from '../policy/actor.ts'
import { standingInRelations } from '../policy/standing-in.ts'
import { authorize, authorizeStaff } from '../policy/authorize.ts'
import { forgiveAttempt, limitAttempts } from '../limits/limit-attempts.ts'
import { ownLogin } from '../identity/own-login.ts'
import { RegistrationOffer } from './registration-offer.entity.ts'

/** No letters that read like digits. Twelve of them are 58 bits, good for a quarter of an hour at a desk. */
const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 12
const lifeMinutes = 15

export interface Offer {
  /** To be shown at the hospital's desk; whoever redeems it opens a file for this person. */
  code: string
  expiresAt: string
}

export interface OwnRegistration {
  id: string
  hospitalId: string
  hospital: string
  mrn: string
  since: string
  /** A member of staff, or the patient's own offer. */
  grantedBy: 'staff' | 'offer' | 'unknown'
}

function codeHash(code: string): Buffer {
  return createHash('sha256')
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest()
}

/**
 * The patient one acts as offers to be registered: the consent that a hospital needs to take over a record that is not its
 * own. Not for who only looks on: whoever has a file says who the patient's own logins are.
 */
export async function offerRegistration(ctx: Ctx): Promise<Offer> {
  const access = await authorize(ctx, 'registration.offer', { type: 'hospital' })
  if (access.reach !== 'self') throw forbidden()
  const { patientId } = access
  const { userId } = ownLogin(ctx)
  const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('')
  const expiresAt = new Date(ctx.now().getTime() + lifeMinutes * 60_000)
  return transact(ctx, async (tx) => {
    await holdPerson(tx.sql, patientId)
    const id = ctx.newId()
    tx.em.create(RegistrationOffer, {
      id,
      patientId,
      userId,
      codeHash: codeHash(code),
      createdAt: ctx.now(),
      expiresAt,
      usedAt: null,
      hospitalId: null,
    })
    tx.audit({
      hospitalId: null,
      action: 'registration.offer',
      resource: { type: 'registration-offer', id },
      patientIds: [patientId],
    })
    return { code: code.replace(/(.{4})(?=.)/g, '$1-'), expiresAt: expiresAt.toISOString() }
  })
}

/**
 * Opens a file, with the hospital one acts in, for the person who offers it. The code opens once; wrong ones are counted.
 *
 * @throws DomainError `offer_invalid`, `too_many`, `mrn_taken`, `conflict` for a patient who has, or had, a file here
 */
export async function redeemOffer(
  ctx: Ctx,
  { code, mrn }: { code: string; mrn?: string | undefined },
): Promise<{ id: string; mrn: string }> {
  const { hospitalId, membershipId } = await authorizeStaff(ctx, 'patient.register', { type: 'hospital' })
  const guesses = { what: 'code', subject: `registration/${membershipId}` } as const
  await limitAttempts(ctx.db, { ...guesses, most: 10, withinSeconds: 600 }, ctx.now())
  const opened = await open(ctx, { hospitalId, code, mrn })
  await forgiveAttempt(ctx.db, guesses)
  return opened
}

/** Whoever made the offer still stands in for the patient. */
const isStillTheirs = `exists (select 1 from patient_access a join app_user u on u.id = a.user_id and u.disabled_at is null
  where a.user_id = registration_offer.user_id and a.patient_id = registration_offer.patient_id and a.revoked_at is null
    and a.relation in (${standingInRelations.map((relation) => `'${relation}'`).join()}))`

function open(
  ctx: Ctx,
  { hospitalId, code, mrn }: { hospitalId: string; code: string; mrn: string | undefined },
): Promise<{ id: string; mrn: string }> {
  // Known by its code: until the file is open, offer and patient are out of the hospital's scope.
  return transactAsSystem(ctx, async (tx) => {
    const [offer] = await tx.sql<{ id: string; patientId: string }>({
      text: `update registration_offer set used_at = $2, hospital_id = $3
              where code_hash = $1 and used_at is null and expires_at > $2 and ${isStillTheirs}
          returning id, patient_id "patientId"`,
      values: [codeHash(code), ctx.now(), hospitalId],
    })
    if (!offer) throw new DomainError('offer_invalid', 'This code is not valid (any more).', { field: 'code' })
    const { patientId } = offer
    const file = await openFile(tx.sql, {
      id: ctx.newId(),
      hospitalId,
      patientId,
      mrn,
      at: ctx.now(),
      grantedBy: `offer:${offer.id}`,
    }).catch((error: unknown) => {
      if (violatedConstraint(error) !== 'registration_patient_uq') throw error
      throw new DomainError('conflict', 'This patient has a file with the hospital.', { field: 'code' })
    })
    tx.audit({
      hospitalId,
      action: 'registration.redeem',
      resource: { type: 'patient', id: patientId },
      patientIds: [patientId],
      detail: { by: actorKey(ctx.actor) },
    })
    tx.publish({ type: 'access', hospitalId })
    return { id: patientId, mrn: file }
  })
}

/** The hospitals that keep a file of the patient one acts as, and since when. */
export async function listOwnRegistrations(ctx: Ctx): Promise<OwnRegistration[]> {
  const access = await authorize(ctx, 'registration.read-own', { type: 'hospital' })
  if (access.reach !== 'self') throw forbidden()
  const { patientId } = access
  const rows = await ctx.sql<OwnRegistration>({
    text: `select r.id, h.id "hospitalId", h.name hospital, r.mrn, r.created_at since,
                  case when r.granted_by like 'offer:%' then 'offer' when r.granted_by is null then 'unknown' else 'staff' end "grantedBy"
             from registration r join hospital h on h.id = r.hospital_id
            where r.patient_id = $1 and r.removed_at is null order by r.id`,
    values: [patientId],
  })
  await recordRead(ctx, {
    hospitalId: null,
    action: 'registration.read-own',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return rows
}

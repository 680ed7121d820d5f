import { defineEntity, p } from '@mikro-orm/core'
import { id, instant } from '../kernel/columns.ts'

/** A patient's consent, shown at a hospital's desk as a code: whoever redeems it opens a file for this very person. */
export const RegistrationOfferSchema = defineEntity({
  name: 'RegistrationOffer',
  tableName: 'registration_offer',
  properties: {
    id: id(),
    patientId: p.uuid().index(),
    userId: p.uuid(),
    codeHash: p.blob().unique(),
    createdAt: instant(),
    expiresAt: instant(),
    usedAt: instant().nullable(),
    /** The hospital that redeemed it. */
    hospitalId: p.uuid().nullable(),
  },
})
export class RegistrationOffer extends RegistrationOfferSchema.class {}
RegistrationOfferSchema.setClass(RegistrationOffer)

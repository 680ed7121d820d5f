import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

/**
 * What waits until whoever has the inbox says so: a sign-up, or another address of a login. Kept for a day at most, since it
 * is nobody's yet.
 */
export const AddressConfirmationSchema = defineEntity({
  name: 'AddressConfirmation',
  tableName: 'address_confirmation',
  properties: {
    id: id(),
    /** SHA-256: the database cannot hand out a link. */
    tokenHash: p.blob().unique(),
    /** The login whose address is to change; null for a sign-up. */
    userId: p.uuid().nullable().index(),
    emailCipher: cipher(),
    contentCipher: cipher(),
    createdAt: instant(),
    expiresAt: instant().index(),
  },
})
export class AddressConfirmation extends AddressConfirmationSchema.class {}
AddressConfirmationSchema.setClass(AddressConfirmation)

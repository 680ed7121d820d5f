import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../../kernel/columns.ts'

/** The tombstone of an erased file: when, by whom, and what the law still keeps until when. No name is in it. */
export const ErasureSchema = defineEntity({
  name: 'Erasure',
  tableName: 'erasure',
  properties: {
    id: id(),
    hospitalId: p.uuid().index(),
    patientId: p.uuid().index(),
    erasedBy: p.text(),
    erasedAt: instant(),
    reasonCipher: cipher(),
    /** Clinical records are kept, locked, until then; null when none were. */
    retainUntil: instant().nullable(),
    /** When they went as well. */
    purgedAt: instant().nullable(),
    /** What was erased and what kept, by table: numbers of rows. */
    report: p.json(),
  },
})
export class Erasure extends ErasureSchema.class {}
ErasureSchema.setClass(Erasure)

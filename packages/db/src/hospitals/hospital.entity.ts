import { defineEntity, p } from '@mikro-orm/core'
import { id, instant } from '../kernel/columns.ts'

export const HospitalSchema = defineEntity({
  name: 'Hospital',
  tableName: 'hospital',
  properties: {
    id: id(),
    name: p.text().unique(),
    /** IANA zone of its wall clocks: days of statistics begin at its midnight. */
    timeZone: p.text(),
    /** The number the next registration gets. */
    nextMrn: p.integer().default(1),
    /** How long clinical records are kept after the last stay when a file is erased. */
    retentionYears: p.integer().default(10),
    createdAt: instant(),
  },
})
export class Hospital extends HospitalSchema.class {}
HospitalSchema.setClass(Hospital)

export const WardSchema = defineEntity({
  name: 'Ward',
  tableName: 'ward',
  properties: { id: id(), hospitalId: p.uuid(), name: p.text(), createdAt: instant() },
  uniques: [{ name: 'ward_name_uq', properties: ['hospitalId', 'name'] }],
})
export class Ward extends WardSchema.class {}
WardSchema.setClass(Ward)

import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

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
    createdAt: instant(),
    street: p.text().nullable(),
    postalCode: p.text().nullable(),
    city: p.text().nullable(),
    region: p.text().nullable(),
    /** ISO 3166-1 alpha-2. */
    country: p.text().nullable(),
    phoneCipher: cipher().nullable(),
    emailCipher: cipher().nullable(),
    emailIndex: p.blob().nullable().unique(),
    website: p.text().nullable(),
    specialities: p.array().columnType('text[]').default([]),
    /** Nobody works there any more; its records stay for the law. */
    closedAt: instant().nullable(),
    version: p.integer().version(),
  },
})
export class Hospital extends HospitalSchema.class {}
HospitalSchema.setClass(Hospital)

export const DepartmentSchema = defineEntity({
  name: 'Department',
  tableName: 'department',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    name: p.text(),
    createdAt: instant(),
    closedAt: instant().nullable(),
  },
  indexes: [
    {
      name: 'department_name_uq',
      expression: `create unique index department_name_uq on department (hospital_id, lower(name)) where closed_at is null`,
    },
  ],
})
export class Department extends DepartmentSchema.class {}
DepartmentSchema.setClass(Department)

export const WardSchema = defineEntity({
  name: 'Ward',
  tableName: 'ward',
  properties: { id: id(), hospitalId: p.uuid(), name: p.text(), createdAt: instant() },
  uniques: [{ name: 'ward_name_uq', properties: ['hospitalId', 'name'] }],
})
export class Ward extends WardSchema.class {}
WardSchema.setClass(Ward)

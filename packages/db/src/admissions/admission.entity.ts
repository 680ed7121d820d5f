import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const admissionStatuses = ['admitted', 'discharged'] as const

/** A stay. A transfer changes ward and bed and leaves an `admission_move`. */
export const AdmissionSchema = defineEntity({
  name: 'Admission',
  tableName: 'admission',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid(),
    wardId: p.uuid(),
    bed: p.text().nullable(),
    status: p.enum(admissionStatuses),
    admittedAt: instant(),
    admittedBy: p.text(),
    dischargedAt: instant().nullable(),
    dischargedBy: p.text().nullable(),
    dischargeNoteCipher: cipher().nullable(),
  },
  indexes: [
    { properties: ['hospitalId', 'patientId', 'admittedAt'] },
    {
      name: 'admission_active_uq',
      expression: `create unique index admission_active_uq on admission (patient_id) where status = 'admitted'`,
    },
    {
      name: 'admission_bed_uq',
      expression: `create unique index admission_bed_uq on admission (ward_id, bed) where status = 'admitted' and bed is not null`,
    },
  ],
  checks: [
    { name: 'admission_discharge_ck', expression: `(status = 'discharged') = (discharged_at is not null)` },
    { name: 'admission_order_ck', expression: `discharged_at is null or discharged_at >= admitted_at` },
  ],
})
export class Admission extends AdmissionSchema.class {}
AdmissionSchema.setClass(Admission)

export const AdmissionMoveSchema = defineEntity({
  name: 'AdmissionMove',
  tableName: 'admission_move',
  properties: {
    id: id(),
    admissionId: p.uuid().index(),
    hospitalId: p.uuid(),
    wardId: p.uuid(),
    bed: p.text().nullable(),
    at: instant(),
    by: p.text(),
  },
})
export class AdmissionMove extends AdmissionMoveSchema.class {}
AdmissionMoveSchema.setClass(AdmissionMove)

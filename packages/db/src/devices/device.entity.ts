import { defineEntity, p } from '@mikro-orm/core'
import { id, instant } from '../kernel/columns.ts'

export const deviceKinds = [
  'bedside_monitor',
  'pulse_oximeter',
  'blood_pressure',
  'thermometer',
  'wearable',
  'other',
] as const

export const DeviceSchema = defineEntity({
  name: 'Device',
  tableName: 'device',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    serial: p.text(),
    kind: p.enum(deviceKinds),
    maker: p.text().nullable(),
    createdAt: instant(),
    retiredAt: instant().nullable(),
  },
  uniques: [{ name: 'device_serial_uq', properties: ['hospitalId', 'serial'] }],
})
export class Device extends DeviceSchema.class {}
DeviceSchema.setClass(Device)

/** Which patient a device is on, since when. A device is on one patient at a time. */
export const DeviceAssignmentSchema = defineEntity({
  name: 'DeviceAssignment',
  tableName: 'device_assignment',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    deviceId: p.uuid(),
    patientId: p.uuid(),
    since: instant(),
    until: instant().nullable(),
    assignedBy: p.text(),
  },
  indexes: [
    { properties: ['patientId', 'since'] },
    {
      name: 'device_assignment_active_uq',
      expression: `create unique index device_assignment_active_uq on device_assignment (device_id) where until is null`,
    },
  ],
})
export class DeviceAssignment extends DeviceAssignmentSchema.class {}
DeviceAssignmentSchema.setClass(DeviceAssignment)

import { z } from 'zod'
import { instant, line, uuid } from '../kernel/fields.ts'

const kind = z.enum(['bedside_monitor', 'pulse_oximeter', 'blood_pressure', 'thermometer', 'wearable', 'other'])
const serial = line(100)

const device = z.object({
  id: uuid,
  serial: z.string(),
  kind,
  maker: z.string().nullable(),
  patientId: uuid.nullable(),
  assignedAt: instant.nullable(),
})

export const deviceSchemas = {
  register: {
    input: z.strictObject({ serial, kind, maker: line(200).nullable().optional() }),
    output: z.object({ id: uuid }),
  },
  list: { input: z.void(), output: z.array(device) },
  ofPatient: { input: z.strictObject({ patientId: uuid }), output: device.nullable() },
  assign: {
    input: z.strictObject({ deviceId: uuid, patientId: uuid }),
    output: z.object({ assignmentId: uuid }),
  },
  unassign: {
    input: z.strictObject({ deviceId: uuid, patientId: uuid }),
    output: z.object({ unassigned: z.literal(true) }),
  },
}

import type { Query } from '../../database/sql.ts'

/** Readings that name no device carry the zero id in their key. */
export const noDevice = '00000000-0000-0000-0000-000000000000'

export interface KnownDevice {
  id: string
  serial: string
  /** Whom it is on now. */
  patientId: string | null
  /** Since when; null when it is on nobody. */
  since: string | null
}

/** Whether a device was on somebody else when it measured. What it measured before it was put there may still arrive. */
export function isElsewhere(
  device: KnownDevice,
  { patientId, at }: { patientId: string | undefined; at: number },
): boolean {
  if (device.patientId === null || device.patientId === patientId) return false
  return device.since === null || at >= Date.parse(device.since)
}

export async function devicesBySerial(
  sql: Query,
  { hospitalId, serials }: { hospitalId: string; serials: readonly string[] },
): Promise<Map<string, KnownDevice>> {
  if (serials.length === 0) return new Map()
  const rows = await sql<KnownDevice>({
    name: 'devices_by_serial',
    text: `select d.id, d.serial, s.patient_id "patientId", s.since
             from device d left join device_assignment s on s.device_id = d.id and s.until is null
            where d.hospital_id = $1 and d.serial = any($2) and d.retired_at is null`,
    values: [hospitalId, serials],
  })
  return new Map(rows.map((device) => [device.serial, device]))
}

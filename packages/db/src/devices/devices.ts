import { recordRead } from '../audit/record-read.ts'
import { permitted, shownAtBedside } from '../consent/permitted.ts'
import { violatedConstraint } from '../database/sql-state.ts'
import type { Query } from '../database/sql.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import { authorize, authorizeStaff } from '../policy/authorize.ts'
import { Device, DeviceAssignment, type deviceKinds } from './device.entity.ts'

export interface DeviceRow {
  id: string
  serial: string
  kind: (typeof deviceKinds)[number]
  maker: string | null
  /** The patient it is on now, if the asker may know. */
  patientId: string | null
  assignedAt: string | null
}

/** @throws DomainError `serial_taken` */
export async function registerDevice(
  ctx: Ctx,
  {
    serial,
    kind,
    maker = null,
  }: { serial: string; kind: (typeof deviceKinds)[number]; maker?: string | null | undefined },
): Promise<{ id: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'device.manage', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const id = ctx.newId()
    tx.em.create(Device, { id, hospitalId, serial, kind, maker, createdAt: ctx.now(), retiredAt: null })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'device_serial_uq') {
        throw new DomainError('serial_taken', 'A device of this serial number is registered.', { field: 'serial' })
      }
      throw error
    }
    tx.audit({ hospitalId, action: 'device.register', resource: { type: 'device', id }, patientIds: [] })
    return { id }
  })
}

/** Puts a device on a patient. It comes off whomever it was on only by `unassignDevice`: never silently. */
export async function assignDevice(
  ctx: Ctx,
  { deviceId, patientId }: { deviceId: string; patientId: string },
): Promise<{ assignmentId: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'device.assign', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const [device] = await tx.sql({
      text: 'select id from device where id = $1 and hospital_id = $2 and retired_at is null for share',
      values: [deviceId, hospitalId],
    })
    if (!device) throw notFound('device')
    await holdFileOpen(tx.sql, { hospitalId, patientId })
    const id = ctx.newId()
    tx.em.create(DeviceAssignment, {
      id,
      hospitalId,
      deviceId,
      patientId,
      since: ctx.now(),
      until: null,
      assignedBy: actorKey(ctx.actor),
    })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'device_assignment_active_uq') {
        throw new DomainError('device_assigned', 'The device is on a patient; take it off first.', {
          field: 'deviceId',
        })
      }
      throw error
    }
    tx.audit({
      hospitalId,
      action: 'device.assign',
      resource: { type: 'device', id: deviceId },
      patientIds: [patientId],
    })
    return { assignmentId: id }
  })
}

export async function unassignDevice(
  ctx: Ctx,
  { deviceId, patientId }: { deviceId: string; patientId: string },
): Promise<{ unassigned: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'device.assign', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const ended = await tx.sql({
      text: `update device_assignment set until = $4
              where device_id = $1 and patient_id = $2 and hospital_id = $3 and until is null returning id`,
      values: [deviceId, patientId, hospitalId, ctx.now()],
    })
    if (ended.length === 0) throw notFound('device')
    tx.audit({
      hospitalId,
      action: 'device.unassign',
      resource: { type: 'device', id: deviceId },
      patientIds: [patientId],
    })
    return { unassigned: true as const }
  })
}

/** Takes devices off whose file is taken out: nobody could do it afterwards. */
export async function releaseDevices(
  sql: Query,
  { hospitalId, patientIds, at }: { hospitalId: string; patientIds: readonly string[]; at: Date },
): Promise<void> {
  await sql({
    text: `update device_assignment set until = $3 where hospital_id = $1 and patient_id = any($2) and until is null`,
    values: [hospitalId, patientIds, at],
  })
}

const columns = `d.id, d.serial, d.kind, d.maker, s.patient_id "patientId", s.since "assignedAt"`

/** The devices of the hospital, by serial number; on whom they are is shown to those who may see the patient. */
export async function listDevices(ctx: Ctx): Promise<DeviceRow[]> {
  const access = await authorizeStaff(ctx, 'device.read', { type: 'hospital' })
  const values: unknown[] = [access.hospitalId]
  const bind = (value: unknown) => `$${values.push(value)}`
  const visible =
    access.reach === 'hospital'
      ? `and ${permitted(bind, 's.patient_id', access.viewer)}`
      : `and exists (select 1 from care_team_member c
            left join admission a on a.ward_id = c.ward_id and a.status = 'admitted'
           where c.membership_id = ${bind(access.membershipId)} and c.until is null
             and s.patient_id in (c.patient_id, a.patient_id))
         and ${shownAtBedside(bind, 's.patient_id', access.viewer)}`
  return ctx.sql<DeviceRow>({
    text: `select ${columns} from device d
             left join device_assignment s on s.device_id = d.id and s.until is null ${visible}
            where d.hospital_id = $1 and d.retired_at is null order by d.serial limit 5000`,
    values,
  })
}

/** The device most recently put on a patient, also after it came off; null when there never was one. */
export async function deviceOfPatient(ctx: Ctx, { patientId }: { patientId: string }): Promise<DeviceRow | null> {
  const access = await authorize(ctx, 'device.read', { type: 'patient', id: patientId })
  const [device] = await ctx.sql<DeviceRow>({
    text: `select ${columns} from device_assignment s join device d on d.id = s.device_id
            where s.patient_id = $1 and ($2::uuid is null or s.hospital_id = $2)
            order by s.until is null desc, s.since desc limit 1`,
    values: [patientId, access.hospitalId],
  })
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'device.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return device ?? null
}

import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import { type Tile, tileColumns, tileJoins, type TileRow, toTile } from '../vitals/tile.ts'
import type { ReadingRow } from '../vitals/vitals.queries.ts'
import { type LiveEvent, newEvents, newReadings } from './look.ts'
import { parseSnapshot } from './snapshot.ts'
import { type Beat, cursorError, watch, type WatchOptions } from './watch.ts'

export interface PatientFrame {
  /** As it stands; absent when only readings of the past came in. */
  tile: Tile | null
  /** Every reading that became visible since the frame before, by source time. */
  readings: ReadingRow[]
  /** Readings left out because there were too many for the consumer, or for one look; the history has them. */
  skipped: number
  alarms: LiveEvent[]
  /** The stay has ended: nothing more will come. */
  isDischarged: boolean
}

/** The newest readings that wait for a slow consumer, or that a resume hands over at once. */
const readingBacklog = 5_000

/** Every reading of one admitted patient as it is stored. Resumes behind a cursor without loss or repetition. */
export async function* watchPatient(
  ctx: Ctx,
  { patientId, cursor }: { patientId: string; cursor: string | null },
  options: WatchOptions,
): AsyncGenerator<Beat<PatientFrame>, void> {
  const since = cursor === null ? null : parseSnapshot(cursor)
  if (cursor !== null && since === null) throw cursorError()
  const authorise = () => authorize(ctx, 'vitals.read', { type: 'patient', id: patientId })
  const access = await authorise()
  const [stay] = await ctx.sql<{ hospitalId: string }>({
    name: 'live_stay',
    text: `select hospital_id "hospitalId" from patient_monitor
            where patient_id = $1 and active and ($2::uuid is null or hospital_id = $2)`,
    values: [patientId, access.hospitalId],
  })
  if (!stay) throw notAdmitted()
  const { hospitalId } = stay

  function ofPatient(events: readonly LiveEvent[]): LiveEvent[] {
    return events.filter((event) => event.patientId === patientId && event.topic.startsWith('alarm.'))
  }

  yield* watch<PatientFrame>(
    ctx,
    {
      hospitalId,
      patientId,
      action: 'vitals.watch-patient',
      resource: { type: 'patient', id: patientId },
      begin: async (sql) => {
        const [row] = await sql<TileRow>({
          name: 'live_patient',
          text: `select ${tileColumns} from patient_monitor m ${tileJoins}
                    where m.patient_id = $1 and m.hospital_id = $2 and m.active`,
          values: [patientId, hospitalId],
        })
        if (!row) throw notAdmitted()
        const first: PatientFrame = { tile: toTile(row), readings: [], skipped: 0, alarms: [], isDischarged: false }
        if (since !== null) {
          const missed = await newReadings(sql, { hospitalId, patientIds: [patientId], since, limit: readingBacklog })
          first.readings = missed.readings.map(({ reading }) => reading)
          first.skipped = missed.leftOut.get(patientId) ?? 0
          first.alarms = ofPatient(await newEvents(sql, hospitalId, since))
        }
        return first
      },
      patientsOf: () => [patientId],
      authorise: async () => void (await authorise()),
      frameOf: (look) => {
        const live = look.tiles.find(({ tile }) => tile.patientId === patientId)
        const readings = look.readings.flatMap(({ reading }) => (reading.patientId === patientId ? [reading] : []))
        const alarms = ofPatient(look.events)
        const skipped = look.leftOut.get(patientId) ?? 0
        if (!live && readings.length + skipped + alarms.length === 0) return undefined
        return { tile: live?.tile ?? null, readings, skipped, alarms, isDischarged: live?.isActive === false }
      },
      merge: (older, newer) => {
        const readings = [...older.readings, ...newer.readings]
        const surplus = Math.max(0, readings.length - readingBacklog)
        return {
          tile: newer.tile ?? older.tile,
          readings: readings.slice(surplus),
          skipped: older.skipped + newer.skipped + surplus,
          alarms: [...older.alarms, ...newer.alarms],
          isDischarged: older.isDischarged || newer.isDischarged,
        }
      },
    },
    options,
  )
}

function notAdmitted(): DomainError {
  return new DomainError('not_admitted', 'The patient is not admitted.', { field: 'patientId' })
}

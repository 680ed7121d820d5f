import { appendToChain } from '../../audit/chain.ts'
import type { Database } from '../../database/open-database.ts'
import { poolTransaction } from '../../database/pool-transaction.ts'
import type { Query } from '../../database/sql.ts'
import { deleteRows } from './erasure-plan.ts'
import { overwritePerson } from './overwrite-person.ts'
import { recordIds } from './record-tables.ts'

interface Due {
  id: string
  hospitalId: string
  patientId: string
}

/** Deletes the clinical records of erased files whose time is up. Safe on several processes, and after a crash. */
export async function purgeErased(db: Database, now: Date): Promise<number> {
  const due = await db.sql<Due>({
    text: `select id, hospital_id "hospitalId", patient_id "patientId" from erasure
            where retain_until <= $1 and purged_at is null order by retain_until limit 100`,
    values: [now],
  })
  for (const erasure of due) await poolTransaction(db.pool, { work: (sql) => purge(db, sql, erasure, now) })
  return due.length
}

async function purge(db: Database, sql: Query, { id, hospitalId, patientId }: Due, now: Date): Promise<void> {
  const [mine] = await sql<{ id: string }>({
    text: 'update erasure set purged_at = $2 where id = $1 and purged_at is null returning id',
    values: [id, now],
  })
  if (!mine) return
  const patientIds = await recordIds(sql, patientId)
  await deleteRows(sql, 'clinical', { hospitalId, patientIds })
  await sql({
    text: `update registration set mrn = 'erased:' || id where hospital_id = $1 and patient_id = any($2)`,
    values: [hospitalId, patientIds],
  })
  const needed = await sql({
    text: `select 1 from registration where patient_id = any($1) and removed_at is null
           union all select 1 from erasure where patient_id = any($1) and retain_until is not null and purged_at is null limit 1`,
    values: [patientIds],
  })
  if (needed.length === 0) await overwritePerson(sql, { patientIds, isRetained: false })
  await appendToChain(sql, db.keys, [
    {
      hospitalId,
      action: 'patient.purge',
      resource: { type: 'erasure', id },
      patientIds,
      origin: { actor: 'system:retention', capacity: null, purpose: null, requestId: id, at: now.toISOString() },
    },
  ])
}

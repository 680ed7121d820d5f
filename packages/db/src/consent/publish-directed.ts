import type { Transaction } from '../database/transact.ts'

/** Tells every hospital where the patient is known: what runs there is filtered anew or ends. */
export async function publishDirected(tx: Transaction, patientId: string): Promise<void> {
  const hospitals = await tx.sql<{ hospitalId: string }>({
    text: `select hospital_id "hospitalId" from registration where patient_id = $1 and removed_at is null`,
    values: [patientId],
  })
  for (const { hospitalId } of hospitals) tx.publish({ type: 'access', hospitalId })
}

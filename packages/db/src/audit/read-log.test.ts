import { expect, it } from 'vitest'
import { testHospital } from '../../test/hospital.ts'
import { recordRead } from './record-read.ts'
import { verifyChain } from './verify-chain.ts'

it('an entry that cannot be written costs no other reader an answer', async () => {
  await using hospital = await testHospital()
  const { hospitalId, db } = hospital
  const read = (id: string) =>
    recordRead(hospital.as(hospital.nurse), {
      hospitalId,
      action: 'patient.list',
      resource: { type: 'patient-list', id },
      patientIds: [],
    })
  const outcomes = await Promise.allSettled([read('first'), read('not \u0000 a text'), read('last')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const written = await db.sql<{ id: string }>({
    text: `select resource_id id from audit_entry where action = 'patient.list' order by seq`,
  })
  expect(written).toEqual([{ id: 'first' }, { id: 'last' }])
  expect(await verifyChain(db.sql, db.keys, hospitalId)).toMatchObject({ intact: true })
})

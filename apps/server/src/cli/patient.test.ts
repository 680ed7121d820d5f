import { expect, test } from 'vitest'
import { chartwire } from '../../test/chartwire.ts'
import { operatedDatabase, runSql } from '../../test/operated-database.ts'

test('a patient’s record is written as one document, and erased with an account of it', async () => {
  await using database = await operatedDatabase()
  const { url, env, register } = database
  const patientId = await register()
  const exported = await chartwire(['patient', 'export', '--patient', patientId], env)
  expect(exported).toMatchObject({ code: 0, err: '' })
  const { manifest, tables } = JSON.parse(exported.out) as { manifest: object; tables: Record<string, object[]> }
  expect(manifest).toMatchObject({ format: 'chartwire-record/1', patientId })
  expect(tables['patient']).toMatchObject([{ family_name: 'Muster', phone: '+436601234567' }])
  expect(tables['registration']).toHaveLength(1)

  const erase = [
    'patient',
    'erase',
    '--patient',
    patientId,
    '--hospital',
    'Operated Hospital',
    '--reason',
    'Asked for it',
  ]
  expect(await chartwire(erase, env)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
  const erased = await chartwire([...erase, '--yes'], env)
  expect(erased).toMatchObject({ code: 0, out: expect.stringMatching(/overwritten +patient +1/) })
  expect(await chartwire([...erase, '--yes'], env)).toMatchObject({ code: 1, err: 'No such patient.\n' })
  expect(await chartwire(['patient', 'export', '--patient', 'x'], env)).toMatchObject({ code: 2 })
  await runSql(url, `do $$ begin assert not exists (select 1 from patient where family_name = 'Muster'); end $$`)
})

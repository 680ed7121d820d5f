import { describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { everyone, someone } from '../../test/people.ts'
import { listPatients } from './list-patients.ts'
import { registerPatient } from './register-patient.ts'

describe('the list of patients', () => {
  it('shows each role its own reach, page by page, without gaps or repetitions', async () => {
    await using house = await testHospital()
    const inWard = [await house.admit(), await house.admit(), await house.admit()]
    const outside = await registerPatient(house.as(house.admin), someone)
    const all = async (ctx: ReturnType<TestHospital['as']>, limit: number) => {
      const seen: string[] = []
      let after: string | null = null
      do {
        const page: Awaited<ReturnType<typeof listPatients>> = await listPatients(ctx, { ...everyone, after, limit })
        seen.push(...page.items.map(({ id }) => id))
        after = page.next
      } while (after !== null)
      return seen
    }
    const lying = inWard.map(({ patientId }) => patientId)
    expect(await all(house.as(house.nurse), 2)).toEqual(lying)
    expect(await all(house.as(house.admin), 1)).toEqual([...lying, outside.id])
    expect(await all(house.as(house.admin), 4)).toEqual([...lying, outside.id])
    expect(await all(house.as(await house.hire('nurse')), 10)).toEqual([])
  })

  it('is searched by part of a name or one nearly so, by birth date, number, phone and address', async () => {
    await using house = await testHospital()
    const ctx = house.as(house.admin)
    const { id, mrn } = await registerPatient(ctx, {
      ...someone,
      familyName: 'Hinterhuber',
      birthDate: '1950-02-03',
      phone: '+43660777888',
      email: 'Hinter@Example.org',
    })
    await registerPatient(ctx, someone)
    const found = async (search: object, actor = house.admin) =>
      (await listPatients(house.as(actor), { ...everyone, ...search })).items.map((patient) => patient.id)
    for (const search of [
      { name: 'hinterh' },
      { name: 'Hinterhubr' },
      { name: 'huber', birthDate: '1950-02-03' },
      { birthDate: '1950-02-03' },
      { mrn },
      { phone: '0043 660 777 888' },
      { email: 'HINTER@example.org' },
    ]) {
      expect(await found(search)).toEqual([id])
      // Not within a nurse's reach until she cares for them.
      expect(await found(search, house.nurse)).toEqual([])
    }
    for (const search of [{ name: 'xyz' }, { mrn: '0' }, { phone: '+43660777889' }, { email: 'a@example.org' }]) {
      expect(await found(search)).toEqual([])
    }
    await expect(found({ phone: '660' })).rejects.toMatchObject({ code: 'invalid', details: { field: 'phone' } })
  })

  it('is searched by names without their accents, as desks and passports write them, and however they are encoded', async () => {
    await using house = await testHospital()
    const ctx = house.as(house.admin)
    const register = (givenName: string, familyName: string) =>
      registerPatient(ctx, { ...someone, givenName, familyName })
    const names = [
      ['Zoë', 'Müller'],
      ['Łukasz', 'Dvořák'],
      ['Sean', 'O’Brien'],
      ['Åse', 'Großkopf'],
      ['Ελένη', 'Παπαδοπούλου'],
      ['Jose\u0301', 'Nu\u0301n\u0303ez'],
      ['伟', '李'],
      ['Michael', 'Böhm'],
      ['Þórarinn', 'Sørensen'],
    ] as const
    for (const [givenName, familyName] of names) await register(givenName, familyName)
    const found = async (name: string) =>
      (await listPatients(ctx, { ...everyone, name })).items.map(({ familyName }) => familyName.normalize('NFC'))
    for (const [search, familyName] of [
      ['muller', 'Müller'],
      ['MÜLLER', 'Müller'],
      ['Mu\u0308ller', 'Müller'],
      ['zoe', 'Müller'],
      ['Müller Zoë', 'Müller'],
      ['dvorak', 'Dvořák'],
      ['lukasz', 'Dvořák'],
      ["o'brien", 'O’Brien'],
      ['grosskopf', 'Großkopf'],
      ['ase', 'Großkopf'],
      ['MUELLER', 'Müller'],
      ['Boehm', 'Böhm'],
      ['Aase', 'Großkopf'],
      ['Thorarinn', 'Sørensen'],
      ['Soerensen', 'Sørensen'],
      ['Michael', 'Böhm'],
      ['Michal', 'Böhm'],
      ['παπαδοπουλου', 'Παπαδοπούλου'],
      ['Núñez', 'Núñez'],
      ['李', '李'],
    ]) {
      expect([search, await found(search ?? '')]).toEqual([search, [familyName]])
    }
    for (const familyName of ['Muller', 'Mueller']) {
      const again = registerPatient(ctx, { ...someone, givenName: 'Zoe', familyName, confirmDistinct: false })
      await expect(again).rejects.toMatchObject({ code: 'possible_duplicate' })
    }
  })

  it('takes wildcards in a search literally', async () => {
    await using house = await testHospital()
    const ctx = house.as(house.admin)
    // Whom '%_s' would find as a pattern.
    await registerPatient(ctx, someone)
    await registerPatient(ctx, { ...someone, familyName: '100%_sure\\' })
    const find = async (name: string) =>
      (await listPatients(ctx, { ...everyone, name })).items.map(({ familyName }) => familyName)
    expect(await find('%_s')).toEqual(['100%_sure\\'])
    expect(await find('sure\\')).toEqual(['100%_sure\\'])
    expect(await find('1%e')).toEqual([])
  })
})

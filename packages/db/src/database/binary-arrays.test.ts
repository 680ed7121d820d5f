import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { boolArray, float4Array, float8Array, int2Array, int4Array, textArray, uuidArray } from './binary-arrays.ts'

let database: TestDatabase
let client: pg.Client
beforeAll(async () => {
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})

/** What the database read, as it would have been given as text. */
async function read(type: string, array: Buffer): Promise<unknown[]> {
  const { rows } = await client.query({ text: `select to_jsonb($1::${type}[]) value`, values: [array] })
  return rows[0].value
}

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(fc.option(arbitrary), { maxLength: 30 })
const text = fc.string({ unit: 'binary' }).map((given) => given.replaceAll('\0', '').toWellFormed())

it.each([
  ['bool', boolArray, some(fc.boolean())],
  ['int2', int2Array, some(fc.integer({ min: -32_768, max: 32_767 }))],
  ['int4', int4Array, some(fc.integer())],
  ['float4', float4Array, some(fc.integer({ min: -160_000, max: 160_000 }).map((sixteenths) => sixteenths / 16))],
  ['float8', float8Array, some(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0))],
  ['text', textArray, some(text)],
  ['uuid', uuidArray, fc.array(fc.oneof(fc.uuid(), fc.constant('01a210af-0a67-7504-8df2-d68f25fd67c6')))],
] as const)('%s arrays are read as they were written', async (type, write, values) => {
  await fc.assert(
    fc.asyncProperty(values as fc.Arbitrary<never[]>, async (given) => {
      expect(await read(type, write(given))).toEqual(given)
    }),
    { numRuns: 60 },
  )
})

it('what is no UUID is refused before it is sent', () => {
  expect(() => uuidArray(['01a210af-0a67-7504-8df2-d68f25fd67'])).toThrow('Not a UUID.')
})

import { actions } from '@chartwire/db'
import { describe, expect, it } from 'vitest'
import { toJSONSchema } from 'zod'
import { procedures } from './procedures.ts'
import { absentIds, sampleInputs } from './sample-inputs.ts'

const known = new Set<string>([...actions, 'public', 'signed-in'])

describe('every procedure', () => {
  it.each(procedures)(
    '$path declares permission, input, output and its place in REST',
    ({ path, type, meta, inputs, output }) => {
      const permissions = [meta?.permission].flat()
      expect(permissions.filter((permission) => permission === undefined || !known.has(permission))).toEqual([])
      expect(inputs.length).toBeGreaterThan(0)
      const isStream = type === 'subscription'
      expect({ path, output: output !== undefined, rest: meta?.openapi !== undefined }).toEqual({
        path,
        output: !isStream,
        rest: !isStream,
      })
    },
  )

  it('has an address of its own in REST, whose parameters are fields of its input', () => {
    const addresses = procedures.flatMap(({ meta }) =>
      meta?.openapi ? `${meta.openapi.method} ${meta.openapi.path}` : [],
    )
    expect(new Set(addresses).size).toBe(addresses.length)
    for (const { procedure, address, inputs, method, summary } of procedures.flatMap((one) =>
      one.meta?.openapi
        ? [{ procedure: one.path, inputs: one.inputs, ...one.meta.openapi, address: one.meta.openapi.path }]
        : [],
    )) {
      const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
      const [input] = inputs
      const schema = input && toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
      expect({ procedure, fields: Object.keys(schema?.properties ?? {}) }).toEqual({
        procedure,
        fields: expect.arrayContaining(names),
      })
      expect({ procedure, method, summary: summary !== undefined }).toEqual({ procedure, method, summary: true })
    }
  })

  it('has a sample input, and no sample is left of one that is gone', () => {
    const samples = sampleInputs(absentIds())
    expect(Object.keys(samples).sort()).toEqual(procedures.map(({ path }) => path).sort())
    const wrong = procedures.filter(
      ({ path, inputs }) => !inputs.every((input) => input.safeParse(samples[path]).success),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

import fc from 'fast-check'

/** What is used here of a JSON schema that zod makes of an input. */
export interface Schema {
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  prefixItems?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  const?: unknown
  enum?: unknown[]
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  additionalProperties?: Schema | boolean
}

/** Inputs of the form that a schema describes; where it wants an id, mostly one that is somebody's. */
export function inputsOf(schema: Schema, ids: readonly string[]): fc.Arbitrary<unknown> {
  const of = (inner: Schema) => inputsOf(inner, ids)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(of))
  if (schema.allOf) return fc.tuple(...schema.allOf.map(of)).map((parts) => Object.assign({}, ...parts) as unknown)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'string':
      return texts(schema, ids)
    case 'integer':
      return fc.integer(wholeBounds(schema, 1_000_000))
    case 'number':
      return fc.oneof(fc.integer(wholeBounds(schema, 1_000)), fc.double({ ...bounds(schema, 1_000), noNaN: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(schema.items ? of(schema.items) : fc.jsonValue(), {
        minLength: schema.minItems ?? 0,
        maxLength: 4,
      })
    case 'object': {
      const { properties = {}, required = [] } = schema
      const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, of(field)]))
      return fc.record(fields, { requiredKeys: required })
    }
    // What has no input, and what takes anything.
    default:
      return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.jsonValue({ maxDepth: 2 }))
  }
}

function bounds({ minimum, maximum }: Schema, usual: number): { min: number; max: number } {
  const min = Math.max(minimum ?? -usual, -1e9)
  return { min, max: Math.max(min, Math.min(maximum ?? usual, 1e9)) }
}

function wholeBounds(schema: Schema, usual: number): { min: number; max: number } {
  const { min, max } = bounds(schema, usual)
  return { min: Math.ceil(min), max: Math.floor(max) }
}

function texts({ format, minLength = 0, maxLength = 60 }: Schema, ids: readonly string[]): fc.Arbitrary<string> {
  switch (format) {
    case 'uuid':
      return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ids) }, fc.uuid())
    case 'date-time':
      return days().map((at) => at.toISOString())
    case 'date':
      return days().map((at) => at.toISOString().slice(0, 10))
    default: {
      const most = Math.max(minLength, Math.min(maxLength, 60))
      return fc.oneof(
        fc.string({ minLength, maxLength: most }),
        fc.constantFrom('5:5:', '120/80', 'UTC', '+43 660 7654321', 'a@example.org', '1'),
      )
    }
  }
}

const days = () => fc.date({ min: new Date('1900-01-01'), max: new Date('2150-01-01'), noInvalidDate: true })

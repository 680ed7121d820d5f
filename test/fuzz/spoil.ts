import fc from 'fast-check'

/** What no program of good will sends. */
const hostile: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  'nul\u0000inside-of-a-text',
  'half a pair \ud800 of surrogates',
  '\udc00\ud800',
  '\u202egnirts desrever a',
  'e\u0301\u0301\u0301\u0301-combined',
  'x'.repeat(70_000),
  '😀'.repeat(9_000),
  `'; drop table patient cascade; --`,
  `' or '1'='1' -- geheim`,
  '{{7*7}}${7*7}<%= 7*7 %>',
  '<script>alert("geheim")</script>',
  '../../../../etc/passwd',
  'http://169.254.169.254/latest/meta-data',
  '__proto__',
  'constructor',
  'toString',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '0000-00-00',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30T25:61:61+99:99',
  '1:99999999999999999999:',
  'NaN',
  'Infinity',
  '1e999',
  -1,
  0,
  -0,
  0.1,
  1e-320,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  null,
  true,
  false,
  [],
  [[]],
  {},
  [null, null],
  { ['__proto__']: { polluted: true } },
  { constructor: { prototype: { polluted: true } } },
  { length: 1e9 },
  { toJSON: 1, valueOf: 1 },
]

const keys = [
  '__proto__',
  'constructor',
  'hospitalId',
  'id',
  'role',
  'isAdmin',
  '$where',
  '',
  '0',
  'länge',
  'a'.repeat(300),
]

/** Made once: `fc.string` works out each of its constants again. */
const whatever = [
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.jsonValue({ maxDepth: 3 }),
]

/** One thing made wrong at one place, at any depth. */
const spoilt = (value: unknown): fc.Arbitrary<unknown> =>
  fc.oneof(
    ...whatever,
    fc.integer({ min: 1, max: 2_000 }).map((depth) => nested(value, depth)),
    fc.constant([value, value]),
    fc.constant(JSON.stringify(value) ?? ''),
  )

function nested(value: unknown, depth: number): unknown {
  let result = value
  for (let level = 0; level < depth; level++) result = level % 2 === 0 ? [result] : { a: result }
  return result
}

/** An input with nothing, one or a few things made wrong. */
export function spoiling(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const once = inputs.chain(spoilSomewhere)
  return fc.oneof(
    { weight: 2, arbitrary: inputs },
    { weight: 5, arbitrary: once },
    { weight: 2, arbitrary: once.chain(spoilSomewhere) },
  )
}

function spoilSomewhere(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value) && value.length > 0) {
    return fc.oneof(
      spoilt(value),
      fc
        .nat(value.length - 1)
        .chain((index) => spoilSomewhere(value[index]).map((changed) => value.with(index, changed))),
    )
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return spoilt(value)
  const fields = Object.keys(value)
  const added = fc.tuple(fc.constantFrom(...keys), spoilt(value)).map(([key, more]) => ({ ...value, [key]: more }))
  if (fields.length === 0) return fc.oneof(spoilt(value), added)
  const field = fc.constantFrom(...fields)
  const fieldOf = (name: string) => (value as Record<string, unknown>)[name]
  return fc.oneof(
    {
      weight: 6,
      arbitrary: field.chain((name) => spoilSomewhere(fieldOf(name)).map((changed) => ({ ...value, [name]: changed }))),
    },
    {
      weight: 1,
      arbitrary: field.map((name) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))),
    },
    { weight: 1, arbitrary: added },
    { weight: 1, arbitrary: spoilt(value) },
  )
}

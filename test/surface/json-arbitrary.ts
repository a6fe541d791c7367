import fc from 'fast-check'

type Schema = {
  $ref?: string
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

export type Components = Readonly<Record<string, unknown>>

/** What breaks careless code: other types, numbers at the edge, names of prototypes, odd text. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', ' ', 0, -1, 1e308, [], {}, '__proto__', 'constructor'),
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800',
    '\u202e',
    'a'.repeat(5000),
    '../..',
    '<b>',
    "' OR 1",
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Values that a schema takes, more or less: about one part in eight is something else. */
export function jsonArbitrary(
  schema: Schema,
  components: Components,
  depth = 0,
): fc.Arbitrary<unknown> {
  const fitting = depth > 6 ? fc.constant(null) : fittingArbitrary(schema, components, depth)
  return fc.oneof({ weight: 7, arbitrary: fitting }, { weight: 1, arbitrary: odd })
}

function fittingArbitrary(schema: Schema, components: Components, depth: number) {
  const inner = (one: Schema) => jsonArbitrary(one, components, depth + 1)
  const { $ref, anyOf, oneOf } = schema
  if ($ref) return inner((components[$ref.split('/').at(-1) ?? ''] ?? {}) as Schema)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const alternatives = anyOf ?? oneOf
  if (alternatives) return fc.oneof(...alternatives.map(inner))
  switch (schema.type) {
    case 'object':
      return objectArbitrary(schema, inner)
    case 'array':
      return fc.array(inner(schema.items ?? {}), { maxLength: 3 })
    case 'string':
      return stringArbitrary(schema)
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1000 })
    case 'boolean':
      return fc.boolean()
    default:
      return odd
  }
}

function objectArbitrary(
  { properties = {}, required = [] }: Schema,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
) {
  const known = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, inner(schema)]),
  )
  const complete = fc.record(known, { requiredKeys: required })
  const withMore = fc
    .tuple(complete, fc.constantFrom('__proto__', 'nothing', 'id'), odd)
    .map(([value, name, more]) => ({ ...value, [name]: more }))
  return fc.oneof({ weight: 9, arbitrary: complete }, { weight: 1, arbitrary: withMore })
}

function stringArbitrary({ pattern, minLength = 0, maxLength = 60 }: Schema) {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { maxLength: 80 })
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) })
}

import fc from 'fast-check'
import {
  type Attribute,
  type AttributeRef,
  attributesOf,
  findAttribute,
  type ResourceType,
} from '#shared/scim/attributes.ts'
import type { Comparison, Filter, Operator } from '#shared/scim/filter/types.ts'
import { fold } from '#shared/users/fold.ts'

const texts = ['a', 'A', 'b', 'ab', 'aB', 'work', 'WORK', 'ß', 'ﬁ', 'FI', 'Σ', 'ς', 'true', ' ']
const times = [
  '2011-05-13T04:42:34Z',
  '2011-05-13T05:42:34+01:00',
  '2011-05-13T04:42:34.5Z',
  '2012-05-13T04:42:34',
]

const text = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...texts) },
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const order = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
const parts = ['co', 'sw', 'ew'] as const

/** Attributes that are at the top of a resource, and those in them. */
function refsOf(type: ResourceType): AttributeRef[] {
  const tops = attributesOf(type).filter((one) => one.returned !== 'never')
  const names = tops.flatMap((top) => [top.name, ...below(top)])
  return names.flatMap((name) => findAttribute(type, name) ?? [])
}

function below(top: Attribute): string[] {
  const mark = top.name.includes(':') ? ':' : '.'
  return (top.subAttributes ?? []).flatMap((sub) => [
    `${top.name}${mark}${sub.name}`,
    ...(sub.subAttributes ?? []).map((last) => `${top.name}${mark}${sub.name}.${last.name}`),
  ])
}

/** The same in one value of an attribute. */
const valueRefsOf = (parent: Attribute): AttributeRef[] =>
  (parent.subAttributes ?? []).map((attribute) => ({ path: [attribute.name], attribute, parent }))

function comparisonOf(ref: AttributeRef): fc.Arbitrary<Comparison> {
  const node = (op: Operator, value: string | boolean, operand: Comparison['operand']) =>
    ({ kind: 'compare', op, ref, value, operand }) as const
  const folded = (value: string) => (ref.attribute.caseExact ? value : fold(value))
  if (ref.attribute.type === 'boolean') {
    return fc
      .tuple(fc.constantFrom('eq', 'ne'), fc.boolean())
      .map(([op, value]) => node(op, value, value))
  }
  const part = fc
    .tuple(fc.constantFrom(...parts), text)
    .map(([op, value]) => node(op, value, folded(value)))
  const ordered =
    ref.attribute.type === 'dateTime'
      ? fc.tuple(fc.constantFrom(...order), fc.constantFrom(...times)).map(([op, value]) => {
          return node(op, value, Date.parse(value.length === 19 ? `${value}Z` : value))
        })
      : fc
          .tuple(fc.constantFrom(...order), text)
          .map(([op, value]) => node(op, value, folded(value)))
  return fc.oneof({ weight: 3, arbitrary: ordered }, part)
}

function leafOf(ref: AttributeRef): fc.Arbitrary<Filter> {
  const present = fc.constant<Filter>({ kind: 'present', ref })
  if (ref.attribute.type !== 'complex') {
    return fc.oneof({ weight: 4, arbitrary: comparisonOf(ref) }, present)
  }
  const inner = filterOver(valueRefsOf(ref.attribute), 1)
  const some = inner.map<Filter>((where) => ({ kind: 'some', ref, where }))
  return fc.oneof({ weight: 4, arbitrary: some }, present)
}

function filterOver(refs: readonly AttributeRef[], depth: number): fc.Arbitrary<Filter> {
  const leaf = fc.constantFrom(...refs).chain(leafOf)
  if (depth === 0) return leaf
  const deeper = filterOver(refs, depth - 1)
  const several = fc.array(deeper, { minLength: 2, maxLength: 3 })
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    several.map<Filter>((of) => ({ kind: 'and', of })),
    several.map<Filter>((of) => ({ kind: 'or', of })),
    deeper.map<Filter>((of) => ({ kind: 'not', of })),
  )
}

/** Any filter on a type, or on the attributes of it that are named. */
export function anyFilter(type: ResourceType, names?: readonly string[]): fc.Arbitrary<Filter> {
  const refs = names?.flatMap((name) => findAttribute(type, name) ?? []) ?? refsOf(type)
  return filterOver(refs, 3)
}

function singleValue(attribute: Attribute): fc.Arbitrary<unknown> {
  const some = fc.constantFrom<readonly unknown[]>([], [null], [''], [{}])
  const strange = some.map(([value]) => value)
  const likely = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: strange })
  switch (attribute.type) {
    case 'boolean':
      return likely(fc.constantFrom<unknown>(true, false, 'True', 'False', 'x'))
    case 'dateTime':
      return likely(fc.constantFrom(...times, 'x'))
    case 'string':
    case 'reference':
      return likely(text)
    case 'complex':
      return likely(
        fc.oneof({ weight: 8, arbitrary: documentOf(attribute.subAttributes ?? []) }, text),
      )
    default:
      return attribute.type satisfies never
  }
}

function documentOf(attributes: readonly Attribute[]): fc.Arbitrary<object> {
  const values = attributes.map((one) => {
    const single = singleValue(one)
    const value = one.multiValued ? fc.array(single, { maxLength: 3 }) : single
    return [one.name, value] as const
  })
  return fc.record(Object.fromEntries(values), { requiredKeys: [] })
}

/** A resource, with what clients send amiss. */
export const anyResource = (type: ResourceType) => documentOf(attributesOf(type))

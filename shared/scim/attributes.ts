/** What a schema says of an attribute (RFC 7643 §2.2 and §7). */
export type Attribute = {
  name: string
  type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'complex'
  description: string
  multiValued: boolean
  required: boolean
  caseExact: boolean
  mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  returned: 'always' | 'never' | 'default' | 'request'
  uniqueness: 'none' | 'server'
  canonicalValues?: readonly string[]
  referenceTypes?: readonly string[]
  subAttributes?: readonly Attribute[]
}

export type Schema = {
  /** A URN. */
  id: string
  name: string
  description: string
  attributes: readonly Attribute[]
}

export type ResourceType = {
  name: 'User' | 'Group'
  endpoint: '/Users' | '/Groups'
  description: string
  schema: Schema
  extensions: readonly Schema[]
}

/** An attribute as a request names it. */
export type AttributeRef = {
  /** Where it stands in a resource: names as the schema spells them, an extension's URN first. */
  path: readonly string[]
  attribute: Attribute
  /** Of a sub-attribute, the attribute that it is in. */
  parent?: Attribute
}

type Given = Pick<Attribute, 'name' | 'description'> & Partial<Attribute>

/** An attribute with what RFC 7643 §2.2 takes for granted. */
export const attribute = (given: Given): Attribute => ({
  type: given.subAttributes ? 'complex' : 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...given,
})

/** Attributes of every resource, which are in no schema (RFC 7643 §3.1). */
const commonAttributes: readonly Attribute[] = [
  attribute({
    name: 'schemas',
    description: 'URNs of the schemas of the resource',
    type: 'reference',
    multiValued: true,
    required: true,
    caseExact: true,
    returned: 'always',
  }),
  attribute({
    name: 'id',
    description: 'Identifier that the service provider gave the resource',
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute({
    name: 'externalId',
    description: 'Identifier that the provisioning client knows the resource by',
    caseExact: true,
  }),
  attribute({
    name: 'meta',
    description: 'What the service provider knows of the resource',
    mutability: 'readOnly',
    subAttributes: [
      readOnly('resourceType', { caseExact: true }),
      readOnly('created', { type: 'dateTime' }),
      readOnly('lastModified', { type: 'dateTime' }),
      readOnly('location', { type: 'reference', caseExact: true }),
      readOnly('version', { caseExact: true }),
    ],
  }),
]

function readOnly(name: string, given: Partial<Attribute>): Attribute {
  return attribute({ name, description: name, mutability: 'readOnly', ...given })
}

const indexes = new WeakMap<ResourceType, ReadonlyMap<string, AttributeRef>>()

/**
 * Finds an attribute by a name as filters and paths have it: any letter case, with or without the
 * URN of its schema, `parent.sub` of a sub-attribute; an extension's URN names all of it. What is in
 * no schema is not found, `__proto__` neither.
 *
 * Source: RFC 7644 §3.10; RFC 7643 §2.1 (names are case-insensitive).
 */
export function findAttribute(type: ResourceType, name: string): AttributeRef | undefined {
  let index = indexes.get(type)
  if (!index) {
    index = indexOf(type)
    indexes.set(type, index)
  }
  return index.get(name.toLowerCase())
}

function indexOf(type: ResourceType): ReadonlyMap<string, AttributeRef> {
  const core = [...commonAttributes, ...type.schema.attributes].flatMap((one) => refsOf(one, []))
  const ofExtensions = type.extensions.flatMap((schema) => [
    extensionRef(schema),
    ...schema.attributes.flatMap((one) => refsOf(one, [schema.id])),
  ])
  return new Map([
    ...core.map((ref) => [named(ref.path), ref] as const),
    ...core.map((ref) => [`${type.schema.id}:${ref.path.join('.')}`.toLowerCase(), ref] as const),
    ...ofExtensions.map((ref) => [named(ref.path), ref] as const),
  ])
}

/** `urn:…:User`, `urn:…:User:manager`, `urn:…:User:manager.value`; `name`, `name.familyName`. */
function named(path: readonly string[]): string {
  const [first = '', ...rest] = path
  const isExtension = first.includes(':') && rest.length > 0
  return (isExtension ? `${first}:${rest.join('.')}` : path.join('.')).toLowerCase()
}

function refsOf(one: Attribute, before: readonly string[]): AttributeRef[] {
  const path = [...before, one.name]
  const subs = (one.subAttributes ?? []).map((sub) => ({
    path: [...path, sub.name],
    attribute: sub,
    parent: one,
  }))
  return [{ path, attribute: one }, ...subs]
}

/** An extension is a complex attribute with its URN for a name (RFC 7643 §3.3). */
const extensionRef = ({ id, description, attributes }: Schema): AttributeRef => ({
  path: [id],
  attribute: attribute({ name: id, description, type: 'complex', subAttributes: attributes }),
})

/** All attributes that stand at the top of a resource of this type, its extensions among them. */
export const attributesOf = (type: ResourceType): readonly Attribute[] => [
  ...commonAttributes,
  ...type.schema.attributes,
  ...type.extensions.map((schema) => extensionRef(schema).attribute),
]

/** A sub-attribute by its name in any letter case. */
export function subAttributeOf(parent: Attribute, name: string): Attribute | undefined {
  const wanted = name.toLowerCase()
  return parent.subAttributes?.find((sub) => sub.name.toLowerCase() === wanted)
}

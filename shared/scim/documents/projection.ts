import { fail, ok, type Result } from '../../result.ts'
import { type Attribute, attributesOf, findAttribute, type ResourceType } from '../attributes.ts'
import { invalidValue, type ScimError } from '../errors.ts'
import type { Document, Json } from '../types.ts'
import { isComplex } from './json.ts'
import { fullName } from './names.ts'

/**
 * The attributes of an answer by name, each whole or by sub-attributes. `has('members')` says whether
 * it is worth reading them.
 */
export type Projection = ReadonlyMap<string, 'whole' | Projection>

type Query = { attributes?: string | undefined; excludedAttributes?: string | undefined }

/** As much as fits into a URL. */
const MAX_LENGTH = 10_000

/**
 * Reads which attributes a client wants. Names that no schema has are passed over. `attributes`
 * overrides the default set, which is all that `excludedAttributes` takes from: where both are sent,
 * although each excludes the other, `attributes` decides.
 *
 * Source: RFC 7644 §3.9, §3.10; RFC 7643 §7 (returned).
 */
export function readProjection(type: ResourceType, query: Query): Result<Projection, ScimError> {
  const { attributes = '', excludedAttributes = '' } = query
  if (attributes.length + excludedAttributes.length > MAX_LENGTH) {
    return fail(invalidValue('attributes and excludedAttributes are too long'))
  }
  const wanted = namesIn(type, attributes)
  if (wanted) return ok(selection(attributesOf(type), [], only(wanted)))
  const unwanted = namesIn(type, excludedAttributes)
  return ok(unwanted ? selection(attributesOf(type), [], allBut(unwanted)) : defaultOf(type))
}

/** A resource with nothing but what the projection has. */
export const project = (projection: Projection, resource: object): Document =>
  picked(projection, resource as Document)

function picked(projection: Projection, from: Document): Document {
  const result: Record<string, Json> = {}
  for (const name of Object.keys(from)) {
    const chosen = projection.get(name)
    const value = chosen === undefined ? undefined : pickedOf(chosen, from[name])
    if (value !== undefined) result[name] = value
  }
  return result
}

/** A value without any of the sub-attributes is none. */
function pickedOf(chosen: 'whole' | Projection, value: Json | undefined): Json | undefined {
  if (chosen === 'whole') return value
  if (Array.isArray(value)) {
    const values = value.flatMap((one) => pickedOf(chosen, one) ?? [])
    return values.length > 0 ? values : undefined
  }
  if (!isComplex(value)) return undefined
  const picks = picked(chosen, value)
  return Object.keys(picks).length > 0 ? picks : undefined
}

/** Full names as the schemas spell them; undefined: the client names nothing. */
function namesIn(type: ResourceType, text: string): ReadonlySet<string> | undefined {
  const names = text.split(',').filter((name) => name.trim() !== '')
  if (names.length === 0) return undefined
  const refs = names.map((name) => findAttribute(type, name.trim()))
  return new Set(refs.flatMap((ref) => (ref ? fullName(ref.path) : [])))
}

/** Whether an attribute is answered as a whole, not at all, or as its sub-attributes are. */
type Choice = (attribute: Attribute, name: string) => 'whole' | 'none' | 'parts'

const only =
  (names: ReadonlySet<string>): Choice =>
  ({ subAttributes }, name) => {
    if (names.has(name)) return 'whole'
    return subAttributes ? 'parts' : 'none'
  }

const allBut =
  (names: ReadonlySet<string>): Choice =>
  ({ returned, subAttributes }, name) => {
    if (names.has(name) || returned === 'request') return 'none'
    return subAttributes ? 'parts' : 'whole'
  }

function selection(
  attributes: readonly Attribute[],
  path: readonly string[],
  choose: Choice,
): Projection {
  return new Map(
    attributes.flatMap((attribute) => {
      const chosen = selected(attribute, [...path, attribute.name], choose)
      return chosen ? [[attribute.name, chosen] as const] : []
    }),
  )
}

function selected(attribute: Attribute, path: readonly string[], choose: Choice) {
  const { returned, subAttributes = [] } = attribute
  if (returned === 'never') return undefined
  if (returned === 'always') return 'whole'
  const choice = choose(attribute, fullName(path))
  if (choice === 'none') return undefined
  // Whole, too, is without what is never returned.
  const parts = selection(subAttributes, path, choice === 'whole' ? allBut(new Set()) : choose)
  if (subAttributes.every(({ name }) => parts.get(name) === 'whole')) return 'whole'
  return parts.size > 0 ? parts : undefined
}

const defaults = new Map<ResourceType, Projection>()

function defaultOf(type: ResourceType): Projection {
  const known = defaults.get(type)
  if (known) return known
  const made = selection(attributesOf(type), [], allBut(new Set()))
  defaults.set(type, made)
  return made
}

import {
  type Attribute,
  type AttributeRef,
  findAttribute,
  type ResourceType,
  subAttributeOf,
} from '../attributes.ts'

/** Which attribute a name means, at the top of a resource or inside of a value. */
export type Scope = (name: string) => AttributeRef | undefined

/** Names of a whole resource. */
export const resourceScope =
  (type: ResourceType): Scope =>
  (name) =>
    findAttribute(type, name) ?? managerWithoutUrn(type, name)

/**
 * `manager` is an attribute of the enterprise extension, but is asked for and written without its
 * URN.
 *
 * Source: Microsoft Entra ID, "Develop and plan provisioning for a SCIM endpoint" (reference
 * attributes: `id eq "…" and manager eq "…"`).
 */
function managerWithoutUrn(type: ResourceType, name: string): AttributeRef | undefined {
  if (!/^manager(?:\.|$)/i.test(name)) return undefined
  const refs = type.extensions.map((schema) => findAttribute(type, `${schema.id}:${name}`))
  return refs.find((ref) => ref !== undefined)
}

/** Names of a resource of any of these types: of one that several have, the first type's. */
export const anyScope =
  (types: readonly ResourceType[]): Scope =>
  (name) => {
    for (const type of types) {
      const ref = resourceScope(type)(name)
      if (ref) return ref
    }
    return undefined
  }

/** Names inside of one value of a complex attribute: their paths begin there. */
export const valueScope =
  (parent: Attribute): Scope =>
  (name) => {
    let found: AttributeRef | undefined
    for (const part of name.split('.')) {
      found = subRef(found ?? { path: [], attribute: parent }, part)
      if (!found) return undefined
    }
    return found
  }

/** The attribute of that name in a complex one. */
export function subRef(ref: AttributeRef, name: string): AttributeRef | undefined {
  const sub = subAttributeOf(ref.attribute, name)
  return sub && { path: [...ref.path, sub.name], attribute: sub, parent: ref.attribute }
}

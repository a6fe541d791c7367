import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { ns } from '../saml/namespaces.ts'
import { attributeOf, childrenNamed, isElement, type XmlElement } from '../saml/xml-tree.ts'

/** SAML Metadata 2.0 §1.1. */
export const METADATA_NAMESPACE = 'urn:oasis:names:tc:SAML:2.0:metadata'

type EntityCause = 'metadata_entity_missing' | 'metadata_idp_missing' | 'metadata_several_providers'

/** A provider in a document; `around` are the lists that it stands in, outermost first. */
export type FoundProvider = {
  entity: XmlElement
  role: XmlElement
  around: readonly XmlElement[]
}

/**
 * Finds the one identity provider of a document, which may be a list, as some products publish it,
 * with service providers in it. Of several nobody could say which one is meant, so they are
 * refused, as are several roles for SAML 2.0 of one entity.
 *
 * Source: SAML Metadata 2.0 §2.3.1 (EntitiesDescriptor), §2.3.2 (EntityDescriptor).
 */
export function findProvider(root: XmlElement): Result<FoundProvider, Refusal<EntityCause>> {
  const entities = entitiesIn(root, [])
  if (entities.length === 0) return fail(refusal('metadata_entity_missing', { got: root.local }))
  const providers = entities.flatMap(({ entity, around }) =>
    rolesOf(entity).map((role) => ({ entity, role, around })),
  )
  const [found, ...others] = providers
  if (!found) return fail(refusal('metadata_idp_missing', { want: 'one IDPSSODescriptor' }))
  if (others.length === 0) return ok(found)
  const got = `${providers.length}`
  return fail(refusal('metadata_several_providers', { got, want: 'one IDPSSODescriptor' }))
}

type Listed = Omit<FoundProvider, 'role'>

/** The scanner limits how deep lists can stand in each other. */
function entitiesIn(element: XmlElement, around: readonly XmlElement[]): readonly Listed[] {
  if (isElement(element, METADATA_NAMESPACE, 'EntityDescriptor')) {
    return [{ entity: element, around }]
  }
  if (!isElement(element, METADATA_NAMESPACE, 'EntitiesDescriptor')) return []
  return element.children.flatMap((child) => entitiesIn(child, [...around, element]))
}

/** The roles that speak SAML 2.0; a provider may have another one for SAML 1.1. */
const rolesOf = (entity: XmlElement): readonly XmlElement[] =>
  childrenNamed(entity, METADATA_NAMESPACE, 'IDPSSODescriptor').filter((role) =>
    attributeOf(role, 'protocolSupportEnumeration')?.split(/\s+/).includes(ns.protocol),
  )

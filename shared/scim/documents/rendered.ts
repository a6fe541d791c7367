import type { ResourceType } from '../attributes.ts'
import type { Document } from '../types.ts'
import { entityTag } from '../versions.ts'

/** What a registry keeps of a resource of any type. */
export type Stored = {
  id: string
  document: Document
  version: number
  createdMs: number
  modifiedMs: number
}

/** A resource as clients read it, but for groups and members. */
export type Rendered = Document & { schemas: readonly string[]; id: string; meta: Document }

/**
 * A resource with what every resource has. An extension's schema is named only where the resource has
 * values of it.
 *
 * Source: RFC 7643 §3 (schemas), §3.1 (id, meta); RFC 7644 §3.14 (meta.version is the ETag).
 *
 * @param baseUrl the directory's: `https://…/scim/v2/dir_…`
 */
export function rendered(type: ResourceType, resource: Stored, baseUrl: string): Rendered {
  const { id, document, version, createdMs, modifiedMs } = resource
  const extensions = type.extensions.filter(({ id }) => Object.hasOwn(document, id))
  return {
    schemas: [type.schema.id, ...extensions.map(({ id }) => id)],
    id,
    ...document,
    meta: {
      resourceType: type.name,
      created: new Date(createdMs).toISOString(),
      lastModified: new Date(modifiedMs).toISOString(),
      location: `${baseUrl}${type.endpoint}/${id}`,
      version: entityTag(version),
    },
  }
}

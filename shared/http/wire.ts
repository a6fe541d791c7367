import * as v from 'valibot'

/** Forms that answers of several functions have in common, for OpenAPI and its tests. */

/** ISO 8601 in UTC. */
export const time = v.pipe(v.string(), v.isoTimestamp())

/** An id with its prefix, for example `idp` (shared/ids.ts). */
export const id = (prefix: string) =>
  v.pipe(v.string(), v.regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`)))

/** Of a SCIM directory: the digits of its organization, then its own. */
export const directoryId = v.pipe(v.string(), v.regex(/^dir_[0-9a-f]{40}$/))

/** The cursor of the next page; absent on the last one. */
export const next = v.exactOptional(v.string())

import * as v from 'valibot'
import { entityTag } from '#shared/http/preconditions.ts'
import { json } from '#shared/http/respond.ts'
import type { OrganizationRecord } from '#shared/orgs/ports.ts'
import { joinPolicies } from '#shared/orgs/types.ts'
import { isoTime } from '#shared/time.ts'

/** A merge patch; nothing of an organization can be taken away. */
export const OrganizationPatch = v.strictObject({
  name: v.exactOptional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256))),
  defaultProduct: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
  joinPolicy: v.exactOptional(v.picklist(joinPolicies)),
})

export const shown = ({ organization, domains, createdAt, revision }: OrganizationRecord) =>
  json(
    200,
    {
      joinPolicy: 'automatic',
      productHosts: [],
      ...organization,
      verifiedDomains: domains,
      createdAt: isoTime(createdAt),
    },
    { etag: entityTag(String(revision)) },
  )

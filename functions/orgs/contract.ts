import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { id, time } from '#shared/http/wire.ts'
import { joinPolicies } from '#shared/orgs/types.ts'
import { OrganizationPatch } from './schema.ts'

const Organization = v.strictObject({
  id: id('org'),
  name: v.string(),
  defaultProduct: v.string(),
  joinPolicy: v.picklist(joinPolicies),
  verifiedDomains: v.array(v.string()),
  /** Hosts of its own that products answer at, for SSO tokens; operators set them. */
  productHosts: v.array(v.strictObject({ product: v.string(), host: v.string() })),
  createdAt: time,
})

export const contract = {
  'GET /orgs/{organization}': {
    summary: 'Show an organization',
    roles: ['admin', 'reader', 'setup', 'emergency'],
    answers: { 200: Organization },
    refusals: ['organization_unknown'],
  },
  'PATCH /orgs/{organization}': {
    summary: 'Change name, default product or join policy of an organization (RFC 7396)',
    roles: ['admin'],
    ifMatch: 'required',
    body: OrganizationPatch,
    answers: { 200: Organization },
    refusals: ['organization_unknown', 'product_unknown'],
  },
} as const satisfies Contract

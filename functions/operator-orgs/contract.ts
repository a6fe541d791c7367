import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isOrgId } from '#shared/ids.ts'
import { joinPolicies } from '#shared/orgs/types.ts'
import { NewKey, NewOrganization, OrganizationPatch, ProductHosts } from './schema.ts'

const Organization = v.strictObject({
  id: id('org'),
  name: v.string(),
  defaultProduct: v.string(),
  joinPolicy: v.picklist(joinPolicies),
  verifiedDomains: v.array(v.string()),
  productHosts: v.array(v.strictObject({ product: v.string(), host: v.string() })),
  createdAt: time,
  state: v.picklist(['live', 'importing', 'deleting']),
})

const ids = { organization: [isOrgId, 'organization_unknown'] } as const

export const contract = {
  'POST /operator/orgs': {
    summary: 'Create an organization, with domains that the operator answers for',
    roles: [],
    body: NewOrganization,
    isRepeatable: true,
    answers: { 201: Organization },
    refusals: ['domain_taken', 'product_unknown', 'email_in_use'],
  },
  'GET /operator/orgs': {
    summary: 'List organizations, all or those whose names begin with a text',
    roles: [],
    query: v.strictObject({
      name: v.optional(v.pipe(v.string(), v.maxLength(256)), ''),
      ...paging(isOrgId),
    }),
    answers: {
      200: v.strictObject({
        organizations: v.array(v.strictObject({ id: id('org'), name: v.string() })),
        next,
      }),
    },
  },
  'GET /operator/orgs/{organization}': {
    summary: 'Show an organization, also one that is being imported or deleted',
    roles: [],
    ids,
    answers: { 200: Organization },
  },
  'PATCH /operator/orgs/{organization}': {
    summary: 'Change name, default product or join policy of an organization (RFC 7396)',
    roles: [],
    ids,
    ifMatch: 'heeded',
    body: OrganizationPatch,
    answers: { 200: Organization },
    refusals: ['product_unknown'],
  },
  'GET /operator/orgs/{organization}/product-hosts': {
    summary: 'Show the hosts of its own that products answer at for an organization',
    roles: [],
    ids,
    answers: { 200: ProductHosts },
  },
  'PUT /operator/orgs/{organization}/product-hosts': {
    summary: 'Set the hosts of its own that products answer at, for SSO tokens of partner portals',
    roles: [],
    ids,
    ifMatch: 'heeded',
    body: ProductHosts,
    answers: { 200: ProductHosts },
    refusals: ['product_unknown'],
  },
  'POST /operator/orgs/{organization}/api-keys': {
    summary: 'Create an API key for an organization; its secret is shown this once',
    roles: [],
    ids,
    body: NewKey,
    answers: {
      201: v.strictObject({
        id: id('key'),
        label: v.string(),
        role: v.picklist(['admin', 'reader']),
        createdAt: time,
        expiresAt: v.exactOptional(time),
        createdBy: v.string(),
        secret: v.string(),
      }),
    },
    refusals: ['too_many_api_keys'],
  },
} as const satisfies Contract

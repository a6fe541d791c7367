import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { id, time } from '#shared/http/wire.ts'
import { isApiKeyId } from '#shared/ids.ts'
import { Asked } from './schema.ts'

const Link = v.strictObject({
  id: id('key'),
  label: v.string(),
  createdAt: time,
  expiresAt: time,
  createdBy: v.string(),
})

export const contract = {
  'GET /orgs/{organization}/setup-links': {
    summary: 'List the setup links of an organization that can be used',
    roles: ['admin', 'reader'],
    answers: { 200: v.strictObject({ setupLinks: v.array(Link) }) },
  },
  'POST /orgs/{organization}/setup-links': {
    summary: 'Create a setup link for an IT admin without an account',
    roles: ['admin'],
    body: Asked,
    answers: { 201: v.strictObject({ ...Link.entries, secret: v.string() }) },
    refusals: ['too_many_links'],
  },
  'DELETE /orgs/{organization}/setup-links/{link}': {
    summary: 'Revoke a setup link at once',
    roles: ['admin'],
    ids: { link: [isApiKeyId, 'link_unknown'] },
    answers: { 204: null },
  },
} as const satisfies Contract

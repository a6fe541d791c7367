import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { id, time } from '#shared/http/wire.ts'
import { isApiKeyId } from '#shared/ids.ts'
import { NewKey } from './schema.ts'

const Key = v.strictObject({
  id: id('key'),
  label: v.string(),
  role: v.picklist(['admin', 'reader']),
  createdAt: time,
  expiresAt: v.exactOptional(time),
  createdBy: v.string(),
})

export const contract = {
  'GET /orgs/{organization}/api-keys': {
    summary: 'List the API keys of an organization that can be used',
    roles: ['admin', 'reader'],
    answers: { 200: v.strictObject({ apiKeys: v.array(Key) }) },
  },
  'POST /orgs/{organization}/api-keys': {
    summary: 'Create an API key for automation; its secret is shown this once',
    roles: ['admin'],
    body: NewKey,
    answers: { 201: v.strictObject({ ...Key.entries, secret: v.string() }) },
    refusals: ['too_many_api_keys'],
  },
  'DELETE /orgs/{organization}/api-keys/{key}': {
    summary: 'Revoke an API key at once',
    roles: ['admin'],
    ids: { key: [isApiKeyId, 'api_key_unknown'] },
    answers: { 204: null },
  },
} as const satisfies Contract

import { randomUUID } from 'node:crypto'
import type { KeyRole } from '#shared/admin/api-key.ts'
import { createApiKey } from '#shared/admin/manage-api-keys.ts'
import { createSetupLink } from '#shared/admin/setup-link.ts'
import { dynamoApiKeyManagement } from '#shared/aws/api-key-management.ts'
import { dynamoSetupLinks } from '#shared/aws/api-key-store.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import { newOrgId, type OrgId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { idpMetadata } from './idp-metadata.ts'
import { newTenant } from './tenant.ts'

/** An answer of the administration API. */
export type Answer = {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
}

type Options = { headers?: Record<string, string>; body?: unknown; key?: string | undefined }

const directory = () => process.env['DIRECTORY_TABLE'] ?? ''
const keys = () => dynamoApiKeyManagement(directory())
const links = () => dynamoSetupLinks(directory())

/**
 * Makes a key or a setup link, as the administration API does, and answers its secret.
 *
 * @param lifetimeSeconds of a key; absent: it does not expire
 */
export async function newApiKey(orgId: OrgId, role: KeyRole, lifetimeSeconds?: number) {
  const at = toSeconds(epochMilliseconds())
  const asked = { orgId, label: role }
  const created =
    role === 'setup'
      ? await createSetupLink(links(), { ...asked, lifetimeSeconds: 3600, actor: 'test', now: at })
      : await createApiKey(keys(), { ...asked, role, lifetimeSeconds, act: { actor: 'test', at } })
  if (!created.ok) throw new Error(created.error)
  return created.value.secret
}

/** An organization with keys of each role, and a way to call the administration API. */
export async function newAdmin() {
  const { stack, running } = await newTenant()
  const orgId = newOrgId()
  const domain = `${randomUUID()}.example`
  const organization = { id: orgId, name: 'Acme', defaultProduct: 'meetings' }
  const act = { actor: 'test', at: toSeconds(epochMilliseconds()) }
  await dynamoConfiguration(directory()).createOrganization(organization, [domain], act)
  const keys = {
    admin: await newApiKey(orgId, 'admin'),
    reader: await newApiKey(orgId, 'reader'),
    setup: await newApiKey(orgId, 'setup'),
  }

  /** @param path from the organization on, for example `/idps` */
  async function call(method: string, path: string, options: Options = {}): Promise<Answer> {
    const { headers = {}, body, key = keys.admin } = options
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const hasBody = body !== undefined && method !== 'GET'
    const response = await fetch(`${stack.url}/orgs/${orgId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(hasBody && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(hasBody && { body: text }),
    })
    return read(response)
  }

  /** Makes a provider from a file. */
  async function create(changes: { entityId?: string; settings?: object; succeeds?: string } = {}) {
    const { entityId = `https://${randomUUID()}.idp.example`, settings, succeeds } = changes
    const source = { kind: 'file', document: idpMetadata({ entityId }) }
    const body = { source, settings: { name: 'Acme sign-in', ...settings }, succeeds }
    const created = await call('POST', '/idps', { body })
    if (created.status !== 201) throw new Error(created.text)
    const id = String(created.body['id']) as `idp_${string}`
    return { id, entityId, path: `/idps/${id}`, created, tag: tagOf(created) }
  }

  return { stack, running, orgId, domain, keys, call, create }
}

export const tagOf = ({ headers }: Answer) => headers.get('etag') ?? ''

export async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, headers: response.headers, text, body }
}

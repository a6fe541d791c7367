import { randomUUID } from 'node:crypto'
import { type ApiKey, issueApiKey, type KeyRole } from '#shared/admin/api-key.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import { newApiKeyId, newOrgId, type OrgId } from '#shared/ids.ts'
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

const configuration = () => dynamoConfiguration(process.env['DIRECTORY_TABLE'] ?? '')

/** Makes a key of the administration API, and answers its secret. */
export async function newApiKey(orgId: OrgId, role: KeyRole, changes: Partial<ApiKey> = {}) {
  const id = newApiKeyId()
  const { apiKey, secretHash } = issueApiKey(id)
  const createdAt = toSeconds(epochMilliseconds())
  await configuration().createApiKey({
    ...{ id, orgId, role, secretHash, label: role, createdAt },
    ...changes,
  })
  return apiKey
}

/** An organization with keys of each role, and a way to call the administration API. */
export async function newAdmin() {
  const { stack, running } = await newTenant()
  const orgId = newOrgId()
  const domain = `${randomUUID()}.example`
  const organization = { id: orgId, name: 'Acme', defaultProduct: 'meetings' }
  const act = { actor: 'test', at: toSeconds(epochMilliseconds()) }
  await configuration().createOrganization(organization, [domain], act)
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

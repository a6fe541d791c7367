import { randomUUID } from 'node:crypto'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import { directoryItem, tokenItem } from '#shared/aws/scim-directory-item.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import {
  type DirectoryId,
  newDirectoryId,
  newOrgId,
  newScimTokenId,
  type OrgId,
} from '#shared/ids.ts'
import { issueScimToken } from '#shared/scim/directories/token-text.ts'
import type { ScimToken } from '#shared/scim/directories/types.ts'
import type { Directory } from '#shared/scim/types.ts'
import { newSecret } from '#shared/secrets.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { newTenant } from '#test/flows/tenant.ts'
import { type Item, tables } from '#test/stores/tables.ts'

/** An answer of SCIM. */
export type ScimResponse = {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
}

type Options = {
  headers?: Record<string, string>
  /** The secret text; null: none is sent. */
  token?: string | null
  /** Another one's, instead of the directory's. */
  baseUrl?: string
}

/** Makes a token, and answers its secret text. */
export async function newScimToken(
  { id, orgId }: { id: DirectoryId; orgId: OrgId },
  changes: Partial<ScimToken> = {},
) {
  const { directory: table, put } = await tables()
  const tokenId = newScimTokenId()
  const { text, secretHash } = issueScimToken(tokenId)
  const token: ScimToken = {
    ...{ id: tokenId, directoryId: id, orgId, secretHash, label: 'Test', createdBy: 'test' },
    createdAt: toSeconds(epochMilliseconds()),
    ...changes,
  }
  await put(table, tokenItem(token))
  const { secretHash: _, id: __, ...listed } = token
  const row = { ...scimKeys.listedToken(id, tokenId), tokenId, ...listed }
  await put(table, row as typeof row & Item)
  return { token: text, tokenId }
}

/** An organization with a verified domain, a directory of it with a token, and a way to call SCIM. */
export async function newDirectory(changes: Partial<Directory> = {}) {
  const { stack, running } = await newTenant()
  const { directory: table, put } = await tables()
  const at = toSeconds(epochMilliseconds())
  const orgId = newOrgId()
  const domain = `${randomUUID()}.example`
  const organization = { id: orgId, name: 'Acme', defaultProduct: 'meetings' }
  await dynamoConfiguration(table).createOrganization(organization, [domain], { actor: 'test', at })
  const directory: Directory = {
    ...{ id: newDirectoryId(orgId), orgId, name: 'Entra ID', state: 'active' },
    ...{ guard: { share: 20, atLeast: 20 }, cursorKey: newSecret(), createdAt: at, revision: 1 },
    ...changes,
  }
  const save = (next: Partial<Directory>) => put(table, directoryItem({ ...directory, ...next }))
  await save({})
  const { token, tokenId } = await newScimToken(directory)
  const baseUrl = `${stack.url}/scim/v2/${directory.id}`

  /** @param path below the base URL, for example `/Users?filter=…` */
  async function call(
    method: string,
    path: string,
    body?: unknown,
    options: Options = {},
  ): Promise<ScimResponse> {
    const { headers = {}, token: sent = token, baseUrl: base = baseUrl } = options
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(sent !== null && { authorization: `Bearer ${sent}` }),
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const read = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    return { status: response.status, headers: response.headers, text, body: read }
  }

  return { stack, running, orgId, domain, directory, save, token, tokenId, baseUrl, call }
}

export type TestDirectory = Awaited<ReturnType<typeof newDirectory>>

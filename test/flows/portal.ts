import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamo } from '#shared/aws/dynamo.ts'
import { toItem } from '#shared/aws/dynamo-item.ts'
import { ssoTokenItem } from '#shared/aws/sso-token-item.ts'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { newSsoTokenId, newUserId } from '#shared/ids.ts'
import { issueSsoToken } from '#shared/portals/sso-token-text.ts'
import type { SsoToken } from '#shared/portals/types.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { createUser } from '#shared/users/create-user.ts'
import type { Tenant } from './tenant.ts'

/** A portal of a tenant: its SSO token, as the administration would have made it. */
export async function newPortal(
  { orgId }: Pick<Tenant, 'orgId'>,
  settings: Partial<SsoToken> = {},
) {
  const id = newSsoTokenId(orgId)
  const { text, secretHash } = issueSsoToken(id)
  const ssoToken: SsoToken = {
    ...{ id, orgId, label: 'Portal', secretHash, product: 'meetings', identifiesBy: 'email' },
    ...{ createdAt: toSeconds(epochMilliseconds()), createdBy: 'test' },
    ...settings,
  }
  const table = process.env['DIRECTORY_TABLE'] ?? ''
  const items = [ssoTokenItem(ssoToken), { ...directoryKeys.scheduledSsoToken(id), orgId }]
  for (const item of items) {
    await dynamo.send(new PutItemCommand({ TableName: table, Item: toItem(item) }))
  }
  return { ssoToken, text }
}

/** Somebody whom an administrator has made a user of the tenant. */
export async function newPerson({ orgId, domain }: Pick<Tenant, 'orgId' | 'domain'>, name = 'ada') {
  const email = `${name}@${domain}`
  const profile = { email, givenName: name }
  const act = { actor: 'test', at: toSeconds(epochMilliseconds()) }
  const asked = { orgId, userId: newUserId(), profile, role: 'member', act } as const
  const created = await createUser(dynamoUsers(process.env['DIRECTORY_TABLE'] ?? ''), asked)
  if (!created.ok) throw new Error(created.error)
  return { email, userId: created.value.user.id }
}

/** Asks for a login token as the backend of a portal does. */
export const issue = (
  { stack }: Pick<Tenant, 'stack'>,
  ssoToken: string,
  body: Record<string, unknown>,
) =>
  fetch(`${stack.url}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ssoToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** The same, where it has to succeed. */
export async function issued(...asked: Parameters<typeof issue>) {
  const answer = await issue(...asked)
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as {
    token: string
    expires_in: number
    url: string
    advice?: object
  }
}

/** Opens a link of a portal as its browser does. */
export const open = (url: string | URL, headers: Record<string, string> = {}) =>
  fetch(url, { redirect: 'manual', headers })

/** The id of the trace that an answer of any form names. */
export async function refusedBy(answer: Response) {
  const body = await answer.text()
  const traceId = /trc_[0-9a-f]{32}/.exec(body)?.[0] ?? ''
  return { status: answer.status, traceId, neutral: body.replace(traceId, 'TRACE') }
}

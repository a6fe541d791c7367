import { type ApiKeyId, newApiKeyId, type OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { type ApiKey, issueApiKey } from './api-key.ts'

/** A key with the role `setup`, as an organization's list shows it. */
export type SetupLink = {
  id: ApiKeyId
  label: string
  createdAt: number
  expiresAt: number
  /** Who made it. */
  createdBy: string
}

export type SetupLinkStore = {
  list(orgId: OrgId, now: number): Promise<readonly SetupLink[]>
  create(key: ApiKey, link: SetupLink): Promise<void>
  /** False if there is none of that id in the organization. */
  revoke(orgId: OrgId, id: ApiKeyId): Promise<boolean>
}

/** Longest life of a setup link, in seconds. */
const MAX_LINK_SECONDS = 14 * 24 * 3600

/** Most links of an organization that are alive at once. */
const MAX_LINKS = 50

type Asked = {
  orgId: OrgId
  label: string
  /** At most 14 days. */
  lifetimeSeconds: number
  actor: string
  /** Epoch seconds. */
  now: number
}

/** Lets an IT admin without an account set a provider up, for some days. */
export async function createSetupLink(
  links: SetupLinkStore,
  { orgId, label, lifetimeSeconds, actor, now }: Asked,
): Promise<Result<{ link: SetupLink; secret: string }, 'too_many_links'>> {
  if ((await links.list(orgId, now)).length >= MAX_LINKS) return fail('too_many_links')
  const id = newApiKeyId()
  const expiresAt = now + Math.min(lifetimeSeconds, MAX_LINK_SECONDS)
  const { apiKey: secret, secretHash } = issueApiKey(id)
  const link = { id, label, createdAt: now, expiresAt, createdBy: actor }
  const key: ApiKey = { id, orgId, role: 'setup', secretHash, label, createdAt: now, expiresAt }
  await links.create(key, link)
  return ok({ link, secret })
}

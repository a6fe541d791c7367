import type { Act } from '../idps/ports.ts'
import { type ApiKeyId, newApiKeyId, type OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { type ApiKey, issueApiKey, type KeyRole } from './api-key.ts'

/** A key as its organization's list shows it. Times are epoch seconds. */
export type ListedApiKey = Pick<ApiKey, 'id' | 'label' | 'role' | 'createdAt' | 'expiresAt'> & {
  /** Who made it. */
  createdBy: string
}

/** A key for automation; one of the role `setup` is a link, and in another list. */
type ListableApiKey = ApiKey & { role: Exclude<KeyRole, 'setup'> }

export type ApiKeyManagement = {
  /** Those that can be used. */
  list(orgId: OrgId, now: number): Promise<readonly ListedApiKey[]>
  /** With its row in the list, and its event. */
  create(key: ListableApiKey, createdBy: string): Promise<void>
  /** False if there is none of that id in the organization. */
  revoke(orgId: OrgId, id: ApiKeyId, act: Act): Promise<boolean>
}

/** Most keys of an organization that can be used at once: a list of them is one read. */
const MAX_KEYS = 50

type Asked = {
  orgId: OrgId
  label: string
  role: ListableApiKey['role']
  /** Absent: it does not expire. */
  lifetimeSeconds: number | undefined
  act: Act
}

/** Makes a key for automation. Its secret is shown once: only the hash is kept. */
export async function createApiKey(
  keys: ApiKeyManagement,
  { orgId, label, role, lifetimeSeconds, act }: Asked,
): Promise<Result<{ listed: ListedApiKey; secret: string }, 'too_many_api_keys'>> {
  if ((await keys.list(orgId, act.at)).length >= MAX_KEYS) return fail('too_many_api_keys')
  const id = newApiKeyId()
  const { apiKey: secret, secretHash } = issueApiKey(id)
  const expiry = lifetimeSeconds !== undefined && { expiresAt: act.at + lifetimeSeconds }
  const shown = { id, label, role, createdAt: act.at, ...expiry }
  await keys.create({ ...shown, orgId, secretHash }, act.actor)
  return ok({ listed: { ...shown, createdBy: act.actor }, secret })
}

import { newOrgId, newSsoTokenId, type OrgId } from '#shared/ids.ts'
import { issueSsoToken } from '#shared/portals/sso-token-text.ts'
import type { SsoToken } from '#shared/portals/types.ts'

export const now = 1_772_619_330

/** An SSO token, and its text. */
export function newSsoToken(changes: Partial<SsoToken> = {}, orgId: OrgId = newOrgId()) {
  const id = newSsoTokenId(orgId)
  const { text, secretHash } = issueSsoToken(id)
  const token: SsoToken = {
    ...{ id, orgId, label: 'Intranet', secretHash, product: 'shop', identifiesBy: 'email' },
    ...{ createdAt: now, createdBy: 'apikey:key_1' },
    ...changes,
  }
  return { token, text }
}

import type { ProductCredential } from '../products/types.ts'
import { isPortalHandle } from '../tokens/login-token.ts'
import type { RedeemStore } from '../tokens/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { organizationOf, userOf } from './entities.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { loginRecordOf } from './login-record.ts'
import { dynamoLogins } from './login-store.ts'
import { attributesIn } from './seat-items.ts'
import { knownSubjectOf } from './sign-out-reads.ts'
import { accountsOf, usableOf } from './usable-products.ts'

/** Most redeems are of sign-ins: what those of portals need is loaded once one comes. */
async function portalRedeems(directory: string, ephemeral: string) {
  const { dynamoPortalRedeems } = await import('./portal-redeem-store.ts')
  return dynamoPortalRedeems(directory, ephemeral)
}

export const dynamoRedeems = (directory: string, ephemeral: string): RedeemStore => ({
  ...dynamoLogins(ephemeral),

  async find(credentialId, handle) {
    if (isPortalHandle(handle)) {
      return (await portalRedeems(directory, ephemeral)).find(credentialId, handle)
    }
    const [credential, record] = await readItems([
      { table: directory, key: directoryKeys.credential(credentialId) },
      { table: ephemeral, key: ephemeralKeys.login(handle) },
    ])
    return {
      credential: credential as ProductCredential | undefined,
      record: loginRecordOf(handle, record),
    }
  },

  async consumePortal(...use) {
    return (await portalRedeems(directory, ephemeral)).consumePortal(...use)
  },

  async findUser({ orgId, userId, subjectKey }) {
    const [[user, organization, subject, summary], accounts] = await Promise.all([
      readItems([
        { table: directory, key: directoryKeys.user(orgId, userId) },
        { table: directory, key: directoryKeys.organization(orgId) },
        { table: directory, key: directoryKeys.subject(subjectKey) },
        { table: directory, key: directoryKeys.userProducts(orgId, userId) },
      ]),
      accountsOf(directory, orgId),
    ])
    return {
      user: userOf(user),
      organization: organizationOf(organization),
      signedOut: knownSubjectOf(subject)?.signedOut,
      products: usableOf(summary, accounts),
      attributes: attributesIn(summary),
    }
  },
})

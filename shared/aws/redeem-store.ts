import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ProductCredential } from '../products/types.ts'
import type { RedeemStore, UsableProduct } from '../tokens/ports.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem } from './dynamo-item.ts'
import { organizationOf, userOf } from './entities.ts'
import { update } from './item-writes.ts'
import { directoryKeys, ephemeralKeys } from './keys.ts'
import { loginRecordOf } from './login-record.ts'
import { queryAll } from './query.ts'
import { accountOf, attributesIn, usableSeatsOf } from './seat-items.ts'
import { knownSubjectOf } from './sign-out-reads.ts'

export const dynamoRedeems = (directory: string, ephemeral: string): RedeemStore => ({
  async find(credentialId, handle) {
    const [credential, record] = await readItems([
      { table: directory, key: directoryKeys.credential(credentialId) },
      { table: ephemeral, key: ephemeralKeys.login(handle) },
    ])
    return {
      credential: credential as ProductCredential | undefined,
      record: loginRecordOf(handle, record),
    }
  },

  async consume({ handle, secretHash, product, nonce, logoutSecretHash }, nowMs) {
    const change = update(ephemeral, {
      key: ephemeralKeys.login(handle),
      set: { usedBy: nonce, usedAtMs: nowMs, logoutSecretHash },
      condition:
        '#secretHash = :secretHash AND #product = :product AND #redeemableUntilMs > :now' +
        ' AND attribute_not_exists(#usedBy)',
      values: { secretHash, product, now: nowMs },
    })
    try {
      await dynamo.send(new UpdateItemCommand(change))
      return true
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      // A retry of the SDK finds what its own first attempt wrote.
      return error.Item !== undefined && fromItem<{ usedBy?: string }>(error.Item).usedBy === nonce
    }
  },

  async findUser({ orgId, userId, subjectKey }) {
    const { pk } = directoryKeys.accountCount(orgId)
    const [[user, organization, subject, summary], accounts] = await Promise.all([
      readItems([
        { table: directory, key: directoryKeys.user(orgId, userId) },
        { table: directory, key: directoryKeys.organization(orgId) },
        { table: directory, key: directoryKeys.subject(subjectKey) },
        { table: directory, key: directoryKeys.userProducts(orgId, userId) },
      ]),
      queryAll(directory, { pk, prefix: 'acc_' }),
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

/** With what the vendor calls the accounts. */
function usableOf(summary: object | undefined, accounts: readonly object[]): UsableProduct[] {
  const references = new Map(
    accounts.flatMap((item) => {
      const account = accountOf(item)
      return account?.reference === undefined ? [] : [[account.id, account.reference]]
    }),
  )
  return usableSeatsOf(summary).map((seat) => {
    const reference = references.get(seat.account)
    return { ...seat, ...(reference !== undefined && { reference }) }
  })
}

/** What a sign-in to the Organization Center is ended with: no credential of a product is. */
export function dynamoLogins(directory: string, ephemeral: string) {
  const { consume } = dynamoRedeems(directory, ephemeral)
  return {
    consume,
    async findRecord(handle: string) {
      const [record] = await readItems([{ table: ephemeral, key: ephemeralKeys.login(handle) }])
      return loginRecordOf(handle, record)
    },
  }
}

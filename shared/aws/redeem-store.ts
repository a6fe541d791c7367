import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ProductCredential } from '../products/types.ts'
import type { RedeemStore } from '../tokens/ports.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem } from './dynamo-item.ts'
import { organizationOf, userOf } from './entities.ts'
import { update } from './item-writes.ts'
import { directoryKeys, ephemeralKeys } from './keys.ts'
import { loginRecordOf } from './login-record.ts'
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
    const [user, organization, subject] = await readItems([
      { table: directory, key: directoryKeys.user(orgId, userId) },
      { table: directory, key: directoryKeys.organization(orgId) },
      { table: directory, key: directoryKeys.subject(subjectKey) },
    ])
    return {
      user: userOf(user),
      organization: organizationOf(organization),
      signedOut: knownSubjectOf(subject)?.signedOut,
    }
  },
})

import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { LoginReturns } from '../admin/single-sign-on.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem } from './dynamo-item.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { update } from './item-writes.ts'
import { CONSUMABLE, loginRecordOf } from './login-record.ts'

/** Login tokens of sign-ins; those to the Organization Center are ended by no product. */
export const dynamoLogins = (ephemeral: string): LoginReturns => ({
  async consume({ handle, secretHash, product, nonce, logoutSecretHash }, nowMs) {
    const change = update(ephemeral, {
      key: ephemeralKeys.login(handle),
      set: { usedBy: nonce, usedAtMs: nowMs, logoutSecretHash },
      condition: CONSUMABLE,
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

  async findRecord(handle) {
    const [record] = await readItems([{ table: ephemeral, key: ephemeralKeys.login(handle) }])
    return loginRecordOf(handle, record)
  },
})

import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { GroupStore } from '../products/rule-ports.ts'
import { dynamo, transact } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { condition, update } from './item-writes.ts'
import { directoryKeys } from './keys.ts'

/** What providers assert of groups, beside the user, and at the subject what has come of it. */
export const dynamoGroups = (directory: string): GroupStore => ({
  async saveGroups({ orgId, userId }, groups) {
    const Item = toItem({ ...directoryKeys.userGroups(orgId, userId, groups.idpId), ...groups })
    await dynamo.send(new PutItemCommand({ TableName: directory, Item }))
  },

  async markApplied({ orgId, userId, subjectKey }, { idpId, digest, rulesRev }) {
    const failed = await transact([
      {
        Update: update(directory, {
          key: directoryKeys.subject(subjectKey),
          set: { groupsDigest: digest, rulesRev },
          condition: '#userId = :userId',
          values: { userId },
        }),
      },
      {
        ConditionCheck: condition(directory, {
          key: directoryKeys.userGroups(orgId, userId, idpId),
          condition: '#digest = :digest',
          values: { digest },
        }),
      },
    ])
    return failed.length > 0 ? 'changed_meanwhile' : undefined
  },
})

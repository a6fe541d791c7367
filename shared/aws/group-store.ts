import type { GroupStore } from '../products/rule-ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { condition } from './item-writes.ts'
import { transact } from './transact.ts'

/** What providers assert of groups, beside the user, and at the subject what has come of it. */
export const dynamoGroups = (directory: string): GroupStore => ({
  async saveGroups({ orgId, userId }, groups) {
    await transact([
      {
        Put: {
          TableName: directory,
          Item: toItem({ ...directoryKeys.userGroups(orgId, userId, groups.idpId), ...groups }),
          ConditionExpression: 'attribute_not_exists(#at) OR #at <= :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: toItem({ ':at': groups.at }),
        },
      },
    ])
  },

  async markApplied({ orgId, userId, subjectKey }, { idpId, ...applied }) {
    const item = { ...directoryKeys.subjectGroups(subjectKey), orgId, userId, ...applied }
    const failed = await transact([
      { Put: { TableName: directory, Item: toItem(item) } },
      {
        ConditionCheck: condition(directory, {
          key: directoryKeys.userGroups(orgId, userId, idpId),
          condition: '#digest = :digest',
          values: { digest: applied.digest },
        }),
      },
    ])
    return failed.length > 0 ? 'changed_meanwhile' : undefined
  },
})

import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { OrgId } from '../ids.ts'
import type { Act } from '../products/account-ports.ts'
import type { RuleStore } from '../products/rule-ports.ts'
import type { Rule, RuleSet } from '../products/rules.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { transact } from './transact.ts'

/** Group rules: all of an organization in one item, and their revision in another for sign-ins. */
export const dynamoRules = (directory: string): RuleStore => ({
  async find(orgId) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.rules(orgId) }])
    const { rules = [], rev = 0 } = (item ?? {}) as Partial<RuleSet>
    return { rules, rev }
  },

  async save(orgId, { rules, before }, act) {
    const failed = await transact(saveWrites(directory, { orgId, rules, before }, act))
    return failed.length > 0 ? 'changed_meanwhile' : undefined
  },
})

type Saved = { orgId: OrgId; rules: readonly Rule[]; before: number }

function saveWrites(
  table: string,
  { orgId, rules, before }: Saved,
  { at, actor }: Act,
): TransactWriteItem[] {
  const rev = before + 1
  const event = evt('latchkey.group-rules.updated.v1', at, actor)
  const Item = toItem({ ...directoryKeys.rules(orgId), orgId, rules, rev, evt: event })
  const isNew = before === 0
  return [
    {
      Put: {
        TableName: table,
        Item,
        ConditionExpression: isNew ? 'attribute_not_exists(pk)' : 'rev = :before',
        ...(!isNew && { ExpressionAttributeValues: toItem({ ':before': before }) }),
      },
    },
    { Put: { TableName: table, Item: toItem({ ...directoryKeys.rulesRevision(orgId), rev }) } },
  ]
}

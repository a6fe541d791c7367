import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { toItem } from './dynamo-item.ts'

/** A new item: nothing may stand at its key yet. */
export const putNew = (table: string, item: object): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: toItem(item),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
})

/** A condition on one item. It names attributes with `#` and values with `:`. */
export type Condition = { key: object; condition: string; values: Record<string, unknown> }

/** Parameters of a condition; where it fails, the item comes back as it was. */
export const condition = (table: string, { key, condition: text, values }: Condition) => ({
  TableName: table,
  Key: toItem(key),
  ConditionExpression: text,
  ExpressionAttributeNames: namesIn(text),
  ExpressionAttributeValues: toItem(withPrefix(':', values)),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
})

export type Change = Condition & {
  /** Attributes to set; undefined ones are left alone. */
  set: Record<string, unknown>
  /** Attributes to take away, where they are there. */
  remove?: readonly string[]
  /** A number attribute to add one to. */
  increment?: string
}

/** Parameters of an update under a condition. */
export function update(table: string, change: Change) {
  const { increment, remove = [] } = change
  const set = Object.entries(change.set).filter(([, value]) => value !== undefined)
  const assigned = set.map(([name]) => `#${name} = :set_${name}`)
  const counted = increment ? ` ADD #${increment} :one` : ''
  const removed = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''
  const expression = `SET ${assigned.join(', ')}${removed}${counted}`
  const conditioned = condition(table, change)
  return {
    ...conditioned,
    UpdateExpression: expression,
    ExpressionAttributeNames: { ...namesIn(expression), ...conditioned.ExpressionAttributeNames },
    ExpressionAttributeValues: {
      ...toItem(withPrefix(':set_', Object.fromEntries(set))),
      ...(increment && toItem({ ':one': 1 })),
      ...conditioned.ExpressionAttributeValues,
    },
  }
}

const namesIn = (expression: string) =>
  Object.fromEntries(
    [...expression.matchAll(/#(\w+)/g)].map(([token, name]) => [token, name]),
  ) as Record<string, string>

const withPrefix = (prefix: string, values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))

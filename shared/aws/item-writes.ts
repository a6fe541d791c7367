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
  ...(Object.keys(values).length > 0 && {
    ExpressionAttributeValues: toItem(withPrefix(':', values)),
  }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
})

export type Change = Condition & {
  /** Attributes to set; undefined ones are left alone. */
  set: Record<string, unknown>
  /** Attributes to take away, where they are there. */
  remove?: readonly string[]
  /** A number attribute to add one to, or several. */
  increment?: string | readonly string[]
}

/** Parameters of an update under a condition. */
export function update(table: string, change: Change) {
  const { remove = [] } = change
  const increment = [change.increment ?? []].flat()
  const set = Object.entries(change.set).filter(([, value]) => value !== undefined)
  const assigned = set.map(([name]) => `#${name} = :set_${name}`)
  const counted = listed(' ADD ', increment, ' :one')
  const setting = assigned.length > 0 ? `SET ${assigned.join(', ')}` : ''
  const expression = `${setting}${listed(' REMOVE ', remove)}${counted}`
  const conditioned = condition(table, change)
  return {
    ...conditioned,
    UpdateExpression: expression,
    ExpressionAttributeNames: { ...namesIn(expression), ...conditioned.ExpressionAttributeNames },
    ExpressionAttributeValues: {
      ...toItem(withPrefix(':set_', Object.fromEntries(set))),
      ...(increment.length > 0 && toItem({ ':one': 1 })),
      ...conditioned.ExpressionAttributeValues,
    },
  }
}

const listed = (clause: string, names: readonly string[], value = '') =>
  names.length > 0 ? clause + names.map((name) => `#${name}${value}`).join(', ') : ''

const namesIn = (expression: string) =>
  Object.fromEntries(
    [...expression.matchAll(/#(\w+)/g)].map(([token, name]) => [token, name]),
  ) as Record<string, string>

const withPrefix = (prefix: string, values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))

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
  /** Lists to put more behind. */
  append?: Record<string, readonly unknown[]>
  /** Attributes to take away, where they are there. */
  remove?: readonly string[]
  /** A number attribute to add one to, or several. */
  increment?: string | readonly string[]
}

type Count = {
  key: object
  by: number
  /** What it may come to. */
  most: number
}

/** Counts in an item of its own, up to a limit. */
export const count = (table: string, { key, by, most }: Count): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: toItem(key),
    UpdateExpression: 'ADD #count :by',
    ...(by > 0 && {
      ConditionExpression: 'attribute_not_exists(#count) OR #count <= :room',
    }),
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: toItem({ ':by': by, ...(by > 0 && { ':room': most - by }) }),
  },
})

/** Puts an item where a condition on the one before holds. */
export function guarded(
  table: string,
  item: object,
  guard: Pick<Condition, 'condition' | 'values'>,
): TransactWriteItem {
  const { Key: _, ...rest } = condition(table, { key: {}, ...guard })
  return { Put: { ...rest, Item: toItem(item) } }
}

/** Puts an item, whatever was there. */
export const put = (table: string, item: object): TransactWriteItem => ({
  Put: { TableName: table, Item: toItem(item) },
})

/** Deletes an item, if there is one. */
export const remove = (table: string, key: object): TransactWriteItem => ({
  Delete: { TableName: table, Key: toItem(key) },
})

/** Parameters of an update under a condition. */
export function update(table: string, change: Change) {
  const { remove = [], append = {} } = change
  const increment = [change.increment ?? []].flat()
  const set = Object.entries(change.set).filter(([, value]) => value !== undefined)
  const assigned = set.map(([name]) => `#${name} = :set_${name}`)
  const appended = Object.keys(append).map(
    (name) => `#${name} = list_append(if_not_exists(#${name}, :none), :append_${name})`,
  )
  const settings = [...assigned, ...appended]
  const counted = listed(' ADD ', increment, ' :one')
  const setting = settings.length > 0 ? `SET ${settings.join(', ')}` : ''
  const expression = `${setting}${listed(' REMOVE ', remove)}${counted}`
  const conditioned = condition(table, change)
  return {
    ...conditioned,
    UpdateExpression: expression,
    ExpressionAttributeNames: { ...namesIn(expression), ...conditioned.ExpressionAttributeNames },
    ExpressionAttributeValues: {
      ...toItem(withPrefix(':set_', Object.fromEntries(set))),
      ...toItem(withPrefix(':append_', append)),
      ...(appended.length > 0 && toItem({ ':none': [] })),
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

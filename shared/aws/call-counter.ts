import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { CallCounter } from '../admin/rate-limit.ts'
import { dynamo } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'

/** Counts in the ephemeral table: one write a call, and the windows end by TTL. */
export const dynamoCallCounter = (ephemeral: string): CallCounter => ({
  async count(callerAndWindow, expiresAt) {
    const { Attributes } = await dynamo.send(
      new UpdateItemCommand({
        TableName: ephemeral,
        Key: toItem(ephemeralKeys.rate(callerAndWindow)),
        UpdateExpression: 'SET expiresAt = :end ADD #calls :one',
        ExpressionAttributeNames: { '#calls': 'calls' },
        ExpressionAttributeValues: toItem({ ':end': expiresAt, ':one': 1 }),
        ReturnValues: 'UPDATED_NEW',
      }),
    )
    return Attributes ? fromItem<{ calls: number }>(Attributes).calls : 1
  },
})

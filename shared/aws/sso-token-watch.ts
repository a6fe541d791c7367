import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { DueSsoToken, WatchPorts } from '../portals/watch.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { update } from './item-writes.ts'
import { queryDue } from './query.ts'

/** The schedule of SSO tokens: a row for each that has not been removed. */
export const dynamoSsoTokenSchedule = (table: string): WatchPorts['schedule'] => ({
  listDue: (now) => queryDue<DueSsoToken>(table, directoryKeys.scheduledSsoToken('sso_').pk, now),

  async postpone({ ssoTokenId, dueAt }, nextAt) {
    const change = update(table, {
      key: directoryKeys.scheduledSsoToken(ssoTokenId),
      set: { dueAt: nextAt },
      condition: '#dueAt = :dueAt',
      values: { dueAt },
    })
    try {
      await dynamo.send(new UpdateItemCommand(change))
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  },
})

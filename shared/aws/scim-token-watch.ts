import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { DueToken, ExpiringToken, TokenWatchStore } from '../scim/directories/ports.ts'
import { dynamo, readItems } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { orChangedMeanwhile, writeAll } from './guarded-write.ts'
import { condition, update } from './item-writes.ts'
import { mail } from './mail-attribute.ts'
import { queryDue } from './query.ts'
import { directoryOf } from './scim-directory-item.ts'
import { scimKeys } from './scim-keys.ts'

/** What the look at tokens that end needs. */
export const dynamoTokenWatch = (table: string): TokenWatchStore => ({
  listDue: (now) => queryDue<DueToken>(table, 'scimtokens', now),

  async find({ tokenId, directoryId }) {
    const keys = [scimKeys.listedToken(directoryId, tokenId), scimKeys.directory(directoryId)]
    const [row, item] = await readItems(keys.map((key) => ({ table, key })))
    const [token, directory] = [expiringOf(row), directoryOf(item)]
    return token && directory && { token, directory }
  },

  warn({ token, directory }, { days, daysLeft, nextAt, due }, { actor, at }) {
    const Update = update(table, {
      key: scimKeys.listedToken(token.directoryId, token.id),
      set: {
        ...{ warnedDays: days, daysLeft, directoryName: directory.name },
        evt: evt('latchkey.scim-token.expiring.v1', at, actor),
        mail: mail('scim-token-expiring', at),
      },
      condition:
        'attribute_exists(#tokenId) AND attribute_not_exists(#revokedAt) AND ' +
        '(attribute_not_exists(#warnedDays) OR #warnedDays > :days)',
      values: { days },
    })
    const next =
      nextAt === undefined
        ? { Delete: condition(table, sameDate(due)) }
        : { Update: update(table, { ...sameDate(due), set: { dueAt: nextAt } }) }
    return writeAll([orChangedMeanwhile({ Update }), orChangedMeanwhile(next)])
  },

  async postpone(due, dueAt) {
    await sent(new UpdateItemCommand(update(table, { ...sameDate(due), set: { dueAt } })))
  },

  async unschedule(due) {
    await sent(new DeleteItemCommand(condition(table, sameDate(due))))
  },
})

/** Undefined of one that was revoked, or does not end. */
function expiringOf(item: object | undefined): ExpiringToken | undefined {
  if (!item || 'revokedAt' in item || !('expiresAt' in item)) return undefined
  const {
    tokenId: id,
    directoryId,
    createdAt,
    expiresAt,
    warnedDays,
  } = item as Omit<ExpiringToken, 'id'> & { tokenId: ExpiringToken['id'] }
  return { id, directoryId, createdAt, expiresAt, ...(warnedDays !== undefined && { warnedDays }) }
}

/** The row as it was read. */
const sameDate = ({ tokenId, dueAt }: DueToken) => ({
  key: scimKeys.scheduledToken(tokenId),
  condition: '#dueAt = :dueAt',
  values: { dueAt },
})

/** Writes where the condition holds. */
async function sent(command: UpdateItemCommand | DeleteItemCommand) {
  try {
    await dynamo.send(command)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

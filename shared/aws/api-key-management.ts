import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { ApiKeyManagement, ListedApiKey } from '../admin/manage-api-keys.ts'
import { apiKeyItem } from './api-key-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { putNew, update } from './item-writes.ts'
import { transact } from './transact.ts'

type Row = Omit<ListedApiKey, 'id'> & { keyId: ListedApiKey['id']; revokedAt?: number }

/** How long a row tells of a key that was revoked, so that its event has something to ride on. */
const REVOKED_SECONDS = 30 * 24 * 3600

/** Keys and the rows of their organization's list come and go in one transaction. */
export const dynamoApiKeyManagement = (directory: string): ApiKeyManagement => ({
  async list(orgId, now) {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: directory,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: toItem({ ':pk': `apikeys#${orgId}` }),
        ConsistentRead: true,
      }),
    )
    return Items.map((item) => fromItem<Row>(item))
      .filter((row) => row.revokedAt === undefined && (row.expiresAt ?? now + 1) > now)
      .map(listedOf)
  },

  async create(key, createdBy) {
    const { id, orgId, role, label, createdAt, expiresAt } = key
    const row = {
      ...directoryKeys.listedApiKey(orgId, id),
      ...{ keyId: id, orgId, role, label, createdAt, expiresAt, createdBy },
      evt: evt('latchkey.api-key.created.v1', createdAt, createdBy),
    }
    const failed = await transact([putNew(directory, apiKeyItem(key)), putNew(directory, row)])
    if (failed.length > 0) throw new Error('the id of a key must be new')
  },

  async revoke(orgId, id, { actor, at }) {
    const failed = await transact([
      {
        Update: update(directory, {
          key: directoryKeys.listedApiKey(orgId, id),
          set: {
            revokedAt: at,
            expiresAt: at + REVOKED_SECONDS,
            evt: evt('latchkey.api-key.revoked.v1', at, actor),
          },
          condition: 'attribute_exists(#pk) AND attribute_not_exists(#revokedAt) AND #orgId = :org',
          values: { org: orgId },
        }),
      },
      { Delete: { TableName: directory, Key: toItem(directoryKeys.apiKey(id)) } },
    ])
    return failed.length === 0
  },
})

const listedOf = ({ keyId: id, label, role, createdAt, expiresAt, createdBy }: Row) => ({
  id,
  label,
  role,
  createdAt,
  ...(expiresAt !== undefined && { expiresAt }),
  createdBy,
})

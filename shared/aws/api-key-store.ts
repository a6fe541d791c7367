import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { ApiKeyStore } from '../admin/api-key.ts'
import type { SetupLink, SetupLinkStore } from '../admin/setup-link.ts'
import { apiKeyItem, apiKeyOf } from './api-key-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { putNew } from './item-writes.ts'
import { transact } from './transact.ts'

/** API keys, read with strong consistency: a revoked one is good no longer. */
export const dynamoApiKeys = (directory: string): ApiKeyStore => ({
  async find(id) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.apiKey(id) }])
    return apiKeyOf(item)
  },
})

/** Setup links: the key and its row in the organization's list come and go in one transaction. */
export const dynamoSetupLinks = (directory: string): SetupLinkStore => ({
  async list(orgId, now) {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: directory,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: toItem({ ':pk': `setuplinks#${orgId}` }),
        ConsistentRead: true,
      }),
    )
    return Items.map((item) => fromItem<StoredLink>(item))
      .filter(({ expiresAt }) => expiresAt > now) // TTL removes them some time later
      .map(({ keyId: id, label, createdAt, expiresAt, createdBy }) => ({
        id,
        label,
        createdAt,
        expiresAt,
        createdBy,
      }))
  },

  async create(key, { id, ...link }) {
    const row = { ...directoryKeys.setupLink(key.orgId, id), keyId: id, ...link }
    const failed = await transact([putNew(directory, apiKeyItem(key)), putNew(directory, row)])
    if (failed.length > 0) throw new Error('the id of a key must be new')
  },

  async revoke(orgId, id) {
    const key = toItem(directoryKeys.setupLink(orgId, id))
    const failed = await transact([
      { Delete: { TableName: directory, Key: key, ConditionExpression: 'attribute_exists(pk)' } },
      { Delete: { TableName: directory, Key: toItem(directoryKeys.apiKey(id)) } },
    ])
    return failed.length === 0
  },
})

type StoredLink = Omit<SetupLink, 'id'> & { keyId: SetupLink['id'] }

import type { ApiKey } from '../admin/api-key.ts'
import * as directoryKeys from './directory-keys.ts'

/** A key as it is stored. One that expires is removed by the table's TTL some time later. */
export const apiKeyItem = ({ id, ...rest }: ApiKey) => ({
  ...directoryKeys.apiKey(id),
  keyId: id,
  ...rest,
})

export function apiKeyOf(item: object | undefined): ApiKey | undefined {
  if (!item) return undefined
  const { pk, sk, keyId, ...key } = item as Omit<ApiKey, 'id'> & {
    pk: string
    sk: string
    keyId: ApiKey['id']
  }
  return { ...key, id: keyId }
}

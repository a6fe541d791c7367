import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Bookmarks } from '../scim/lists/search-ports.ts'
import type { Place } from '../scim/ports.ts'
import { toSeconds } from '../time.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { scimKeys } from './scim-keys.ts'

const KEPT_SECONDS = 3600

/** Ends of pages, in the ephemeral table: one write a page. */
export const dynamoBookmarks = (ephemeral: string): Bookmarks => ({
  async find(directory, list, rows) {
    const key = scimKeys.bookmark(directory, list, rows)
    const [mark] = await readItems([{ table: ephemeral, key }])
    return (mark as { place: Place } | undefined)?.place
  },

  async keep(directory, list, { rows, place, nowMs }) {
    const expiresAt = toSeconds(nowMs) + KEPT_SECONDS
    const item = { ...scimKeys.bookmark(directory, list, rows), place, expiresAt }
    await dynamo.send(new PutItemCommand({ TableName: ephemeral, Item: toItem(item) }))
  },
})

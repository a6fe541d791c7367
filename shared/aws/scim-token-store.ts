import type { LiveTokens, ScimTokenStore } from '../scim/directories/ports.ts'
import { readItems } from './dynamo.ts'
import { writeAll } from './guarded-write.ts'
import { tokenOf } from './scim-directory-item.ts'
import { scimKeys } from './scim-keys.ts'
import { liveWrite, revocationWrites, tokenCreationWrites } from './scim-token-writes.ts'

/** Tokens of directories: the token, its row in the list and its place in the schedule go together. */
export const dynamoScimTokens = (table: string): ScimTokenStore => ({
  async findLive(directory) {
    const [item] = await readItems([{ table, key: scimKeys.liveTokens(directory) }])
    const { tokens = [], rev } = (item ?? {}) as { tokens?: LiveTokens['tokens']; rev?: number }
    return { tokens, revision: rev }
  },

  async findAll(ids) {
    if (ids.length === 0) return []
    const items = await readItems(ids.map((id) => ({ table, key: scimKeys.token(id) })))
    return items.flatMap((item) => tokenOf(item) ?? [])
  },

  create: (token, live, act) => writeAll(tokenCreationWrites(table, token, live, act)),

  revoke(token, live, act) {
    const left = live.tokens.filter(({ id }) => id !== token.id)
    return writeAll([
      liveWrite(table, token.directoryId, live, left),
      ...revocationWrites(table, token, act),
    ])
  },
})

import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { readEnv } from '../http/env.ts'
import type { ScimPorts } from '../http/scim-endpoint.ts'
import { orgOfDirectory } from '../ids.ts'
import type { ScimAccess } from '../scim/access-ports.ts'
import { USE_SECONDS } from '../scim/authenticate.ts'
import { epochMilliseconds } from '../time.ts'
import { dynamoCallCounter } from './call-counter.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { update } from './item-writes.ts'
import { directoryOf, tokenOf } from './scim-directory-item.ts'
import { scimKeys } from './scim-keys.ts'
import { dynamoScimLog } from './scim-log.ts'

/** Tokens, read with strong consistency: a revoked one is good no longer. */
export const dynamoScimAccess = (table: string): ScimAccess => ({
  async find(token, directory) {
    const keys = [
      scimKeys.token(token),
      scimKeys.directory(directory),
      directoryKeys.organization(orgOfDirectory(directory)),
    ]
    const [found, of, organization] = await readItems(keys.map((key) => ({ table, key })))
    return {
      token: tokenOf(found),
      directory: directoryOf(of),
      organization: ownerOf(organization),
    }
  },

  /** A token that was revoked meanwhile is not brought back by its use. */
  async markUsed({ id }, now) {
    const noted = update(table, {
      key: scimKeys.token(id),
      set: { lastUsedAt: now },
      condition:
        'attribute_exists(pk) AND (attribute_not_exists(#lastUsedAt) OR #lastUsedAt <= :old)',
      values: { old: now - USE_SECONDS },
    })
    try {
      await dynamo.send(new UpdateItemCommand(noted))
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  },
})

/** Not of one that is being deleted or imported: it does not exist but for operators. */
function ownerOf(item: object | undefined) {
  if (!item || 'state' in item) return undefined
  const { domains = [] } = item as { domains?: readonly string[] }
  return { domains }
}

/** What every function of SCIM knows its callers by: see scimFunction(). */
export function scimPorts(directory: string, ephemeral: string): ScimPorts {
  const { PUBLIC_URL } = readEnv('PUBLIC_URL')
  return {
    access: dynamoScimAccess(directory),
    calls: dynamoCallCounter(ephemeral),
    log: dynamoScimLog(directory),
    now: epochMilliseconds,
    publicUrl: PUBLIC_URL,
  }
}

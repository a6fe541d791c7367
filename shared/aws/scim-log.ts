import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { type ChangeId, type DirectoryId, newChangeId, orgOfDirectory } from '../ids.ts'
import type { ScimLog } from '../scim/access-ports.ts'
import type { LoggedRequest, MemberId, RemovedUser, ScimAct } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { dynamo } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { type GuardedWrite, put } from './guarded-write.ts'
import { scimKeys } from './scim-keys.ts'

/** What a request changed, so that it can be told and undone. */
export type LoggedChange = {
  /** Of the answer. */
  status: number
  resource: { type: 'User' | 'Group'; id: MemberId }
  /** The resource's document as JSON text; absent: there was none. */
  before?: string
  /** Absent: there is none any more. */
  after?: string
  /** Of a SCIM user that is removed: see RemovedUser. */
  removedUser?: RemovedUser
  /** Members that it put into the group, or took out. */
  added?: readonly MemberId[]
  removed?: readonly MemberId[]
  /** Members that it names and that there are not: they were passed over. */
  unknown?: readonly MemberId[]
}

const DAY = 86_400
const KEPT_SECONDS = { change: 30 * DAY, request: 14 * DAY } as const

/** A change, as it is stored for admins. */
function loggedChangeItem(directory: DirectoryId, act: ScimAct, change: LoggedChange) {
  const { resource, ...rest } = change
  return {
    ...loggedItem('change', directory, act),
    actor: act.actor,
    ...{ resourceType: resource.type, resourceId: resource.id },
    ...rest,
  }
}

/** A request that changed nothing: it was refused, or found nothing. */
export const loggedRequestItem = (
  directory: DirectoryId,
  act: Pick<ScimAct, 'nowMs' | 'request'>,
  outcome: { status: number; scimType?: string },
) => ({ ...loggedItem('request', directory, act), ...outcome })

function loggedItem(
  kind: 'change' | 'request',
  directory: DirectoryId,
  { nowMs, request }: { nowMs: number; request: LoggedRequest },
) {
  const changeId: ChangeId = newChangeId(nowMs)
  return {
    ...scimKeys.logged(directory, changeId),
    ...{ changeId, orgId: orgOfDirectory(directory), directoryId: directory, kind, atMs: nowMs },
    ...request,
    expiresAt: toSeconds(nowMs) + KEPT_SECONDS[kind],
  }
}

/**
 * The row of the log that tells a change: to be written with it, in one transaction. An item holds
 * 400 KB, so documents of `before` and `after` have 150 KB at most, and ids are those of one
 * transaction.
 */
export const changeRow = (
  table: string,
  directory: DirectoryId,
  act: ScimAct,
  change: LoggedChange,
): GuardedWrite<never> => put(table, loggedChangeItem(directory, act, change))

/** The log of requests that changed nothing. */
export const dynamoScimLog = (table: string): ScimLog => ({
  async refused(directory, act, outcome) {
    const Item = toItem(loggedRequestItem(directory, act, outcome))
    await dynamo.send(new PutItemCommand({ TableName: table, Item }))
  },
})

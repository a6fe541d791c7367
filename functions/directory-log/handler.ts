import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { dynamoScimLogReader } from '#shared/aws/scim-log-reader.ts'
import { type AdminCall, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import type { ChangeId, DirectoryId } from '#shared/ids.ts'
import { contract } from './contract.ts'
import { shownChange, shownRequest } from './schema.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const directories = dynamoDirectories(DIRECTORY_TABLE)
const log = dynamoScimLogReader(DIRECTORY_TABLE)

type Asked = AdminCall & {
  ids: { directory: DirectoryId }
  query: { from?: number; to?: number; limit: number; cursor?: string }
}

/** A page of a directory's log; undefined: the organization has no such directory. */
async function readPage({ orgId, ids, query, nowMs }: Asked, kind?: 'change') {
  const { from: fromMs = 0, to: toMs = nowMs, limit, cursor } = query
  const after = cursor as ChangeId | undefined // as the contract has read it
  const [directory, page] = await Promise.all([
    directories.find(orgId, ids.directory),
    log.list(ids.directory, { fromMs, toMs, after, limit, ...(kind && { kind }) }),
  ])
  return directory && page
}

const nextOf = (place: ChangeId | undefined) => (place ? { next: cursorOf(place) } : {})

/** They need most of SCIM, which who reads the log does not. */
async function loadPausedCalls() {
  const { pausedCalls } = await import('./paused-calls.ts')
  return pausedCalls(DIRECTORY_TABLE)
}

const DIRECTORY = '/orgs/{organization}/directories/{directory}'

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  [`GET ${DIRECTORY}/requests`]: async (call) => {
    const page = await readPage(call)
    if (!page) return refuse('directory_unknown')
    return json(200, { requests: page.entries.map(shownRequest), ...nextOf(page.next) })
  },

  [`GET ${DIRECTORY}/changes`]: async (call) => {
    const page = await readPage(call, 'change')
    if (!page) return refuse('directory_unknown')
    return json(200, { changes: page.entries.flatMap(shownChange), ...nextOf(page.next) })
  },

  [`POST ${DIRECTORY}/undo`]: async (call) => (await loadPausedCalls()).undo(call),
  [`POST ${DIRECTORY}/empty`]: async (call) => (await loadPausedCalls()).empty(call),
})

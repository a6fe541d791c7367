import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { dynamoScimGroups } from '#shared/aws/scim-group-store.ts'
import { dynamoScimLogReader } from '#shared/aws/scim-log-reader.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { dynamoScimUsers } from '#shared/aws/scim-user-store.ts'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { type AdminCall, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import type { ChangeId, DirectoryId } from '#shared/ids.ts'
import { undoWindow } from '#shared/scim/undo/undo-window.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { contract } from './contract.ts'
import { shownChange, shownRequest, shownStep } from './schema.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const directories = dynamoDirectories(DIRECTORY_TABLE)
const people = dynamoUsers(DIRECTORY_TABLE)
const log = dynamoScimLogReader(DIRECTORY_TABLE)
const ports = {
  ...{ log, people },
  users: dynamoScimUsers(DIRECTORY_TABLE),
  groups: dynamoScimGroups(DIRECTORY_TABLE),
  pause: dynamoScimPause(DIRECTORY_TABLE),
}

/** Of the ten seconds that a call has (infra/api-stack.ts). */
const WORKING_MS = 3000

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

  [`POST ${DIRECTORY}/undo`]: async ({ orgId, ids, body, actor, nowMs, request }) => {
    const [directory, home] = await Promise.all([
      directories.find(orgId, ids.directory),
      people.findHome(orgId),
    ])
    if (!directory || !home) return refuse('directory_unknown')
    if (directory.state !== 'paused') return refuse('directory_running')
    const { from: fromMs, to = nowMs, cursor: after, dryRun: isDryRun } = body
    // What this call changes is not in its window.
    const toMs = Math.min(to, nowMs - 1)
    const { requestId } = request
    const act = { actor, nowMs, request: { requestId, method: 'POST', path: '/undo' } }
    const caller = { directory, domains: home.domains }
    const asked = { window: { fromMs, toMs }, after }
    const hasTime = () => epochMilliseconds() < nowMs + WORKING_MS
    const step = await undoWindow({ ...ports, hasTime }, asked, { caller, act, isDryRun })
    return json(200, shownStep(step, toMs))
  },
})

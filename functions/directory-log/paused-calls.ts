import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { dynamoScimGroups } from '#shared/aws/scim-group-store.ts'
import { dynamoScimLogReader } from '#shared/aws/scim-log-reader.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { dynamoScimUsers } from '#shared/aws/scim-user-store.ts'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import type { AdminCall, CallOf } from '#shared/http/admin-endpoint.ts'
import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import { fail, ok } from '#shared/result.ts'
import { emptyDirectory } from '#shared/scim/directories/empty-directory.ts'
import { undoWindow } from '#shared/scim/undo/undo-window.ts'
import { epochMilliseconds } from '#shared/time.ts'
import type { contract } from './contract.ts'
import { shownEmptying, shownStep } from './schema.ts'

type Calls = typeof contract
type Undo = CallOf<Calls['POST /orgs/{organization}/directories/{directory}/undo']>
type Empty = CallOf<Calls['POST /orgs/{organization}/directories/{directory}/empty']>

/** Of the ten seconds that a call has (infra/api-stack.ts). */
const WORKING_MS = 3000

/** What administrators do to the content of a directory, which nobody may change beside them. */
export function pausedCalls(table: string) {
  const directories = dynamoDirectories(table)
  const people = dynamoUsers(table)
  const ports = {
    people,
    log: dynamoScimLogReader(table),
    users: dynamoScimUsers(table),
    groups: dynamoScimGroups(table),
    pause: dynamoScimPause(table),
  }

  async function findPaused({ orgId, ids }: Undo | Empty) {
    const [directory, home] = await Promise.all([
      directories.find(orgId, ids.directory),
      people.findHome(orgId),
    ])
    if (!directory || !home) return fail('directory_unknown')
    if (directory.state !== 'paused') return fail('directory_running')
    return ok({ directory, domains: home.domains })
  }

  return {
    async undo(call: Undo): Promise<HttpResponse> {
      const paused = await findPaused(call)
      if (!paused.ok) return refuse(paused.error)
      const { body, nowMs } = call
      const { from: fromMs, to = nowMs, cursor: after, dryRun: isDryRun } = body
      // What this call changes is not in its window.
      const toMs = Math.min(to, nowMs - 1)
      const asked = { window: { fromMs, toMs }, after }
      const undoing = { caller: paused.value, act: actOf(call, '/undo'), isDryRun }
      const step = await undoWindow({ ...ports, hasTime: hasTime(call) }, asked, undoing)
      return json(200, shownStep(step, toMs))
    },

    async empty(call: Empty): Promise<HttpResponse> {
      const paused = await findPaused(call)
      if (!paused.ok) return refuse(paused.error)
      const { confirm, people: becomes } = call.body
      const caller = paused.value
      if (confirm !== caller.directory.name) return refuse('directory_confirmation_wrong')
      const emptying = { caller, act: actOf(call, '/empty'), people: becomes }
      const step = await emptyDirectory({ ...ports, hasTime: hasTime(call) }, emptying)
      return json(200, shownEmptying(step))
    },
  }
}

/** @param path of the call, below the directory */
const actOf = ({ actor, nowMs, request: { requestId } }: AdminCall, path: string) => ({
  ...{ actor, nowMs },
  request: { requestId, method: 'POST', path },
})

const hasTime =
  ({ nowMs }: AdminCall) =>
  () =>
    epochMilliseconds() < nowMs + WORKING_MS

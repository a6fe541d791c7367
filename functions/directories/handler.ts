import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { dynamoScimTokens } from '#shared/aws/scim-token-store.ts'
import { type AdminCall, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { repeatableDirectoryId } from '#shared/http/idempotency-key.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import type { DirectoryId } from '#shared/ids.ts'
import {
  changeDirectory,
  pauseDirectory,
  resumeDirectory,
} from '#shared/scim/directories/change-directory.ts'
import { createDirectory } from '#shared/scim/directories/create-directory.ts'
import { createToken, listTokens, revokeToken } from '#shared/scim/directories/manage-tokens.ts'
import { removeDirectory } from '#shared/scim/directories/remove-directory.ts'
import type { Directory } from '#shared/scim/types.ts'
import { contract } from './contract.ts'
import { directoryOutput, tagOf, tokenOutput } from './schema.ts'

const DAY_SECONDS = 24 * 3600

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const publicUrl = PUBLIC_URL
const directories = dynamoDirectories(DIRECTORY_TABLE)
const tokens = dynamoScimTokens(DIRECTORY_TABLE)

const targetOf = ({ orgId, ids, seen, actor, now }: AdminCall & Named) => ({
  ...{ orgId, id: ids.directory, seen },
  act: { actor, at: now },
})
type Named = { ids: { directory: DirectoryId } }

const output = async (directory: Directory, now: number) =>
  directoryOutput(directory, await directories.countResources(directory.id), { publicUrl, now })

async function answered(changed: Awaited<ReturnType<typeof changeDirectory>>, now: number) {
  if (!changed.ok) return refuse(changed.error)
  return json(200, await output(changed.value, now), tagOf(changed.value))
}

const DIRECTORIES = '/orgs/{organization}/directories'
const DIRECTORY = `${DIRECTORIES}/{directory}`

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  [`GET ${DIRECTORIES}`]: async ({ orgId, now }) => {
    const found = await directories.list(orgId)
    return json(200, { directories: await Promise.all(found.map((one) => output(one, now))) })
  },

  [`POST ${DIRECTORIES}`]: async ({ orgId, body, repeatable, actor, now }) => {
    const { name, guard = {} } = body
    const id = repeatableDirectoryId(orgId, repeatable)
    const asked = { orgId, id, name, guard, callHash: repeatable?.callHash }
    const created = await createDirectory(directories, asked, { actor, at: now })
    if (!created.ok) return refuse(created.error)
    const location = `${publicUrl}/orgs/${orgId}/directories/${id}`
    return json(201, await output(created.value, now), { ...tagOf(created.value), location })
  },

  [`GET ${DIRECTORY}`]: async ({ orgId, ids, now }) => {
    const directory = await directories.find(orgId, ids.directory)
    return directory
      ? json(200, await output(directory, now), tagOf(directory))
      : refuse('directory_unknown')
  },

  [`PATCH ${DIRECTORY}`]: async (call) =>
    answered(await changeDirectory(directories, targetOf(call), call.body), call.now),

  [`DELETE ${DIRECTORY}`]: async (call) => {
    const stores = { directories, tokens }
    const removed = await removeDirectory(stores, targetOf(call), call.query.confirm)
    return removed.ok ? respond(204, {}) : refuse(removed.error)
  },

  [`POST ${DIRECTORY}/pause`]: async (call) =>
    answered(await pauseDirectory(directories, targetOf(call)), call.now),

  [`POST ${DIRECTORY}/resume`]: async (call) => {
    const { liftGuardMinutes } = call.body
    return answered(await resumeDirectory(directories, targetOf(call), liftGuardMinutes), call.now)
  },

  [`GET ${DIRECTORY}/tokens`]: async ({ orgId, ids, now }) => {
    const directory = await directories.find(orgId, ids.directory)
    if (!directory) return refuse('directory_unknown')
    return json(200, { tokens: (await listTokens(tokens, directory.id, now)).map(tokenOutput) })
  },

  [`POST ${DIRECTORY}/tokens`]: async ({ orgId, ids, body, actor, now }) => {
    const { label, days } = body
    const directory = await directories.find(orgId, ids.directory)
    if (!directory) return refuse('directory_unknown')
    const lifetimeSeconds = days === undefined ? undefined : days * DAY_SECONDS
    const asked = { orgId, directoryId: directory.id, label, lifetimeSeconds }
    const created = await createToken(tokens, asked, { actor, at: now })
    if (!created.ok) return refuse(created.error)
    return json(201, { ...tokenOutput(created.value.token), secret: created.value.text })
  },

  [`DELETE ${DIRECTORY}/tokens/{token}`]: async ({ orgId, ids, actor, now }) => {
    const directory = await directories.find(orgId, ids.directory)
    if (!directory) return refuse('directory_unknown')
    const named = { directoryId: directory.id, id: ids.token }
    const revoked = await revokeToken(tokens, named, { actor, at: now })
    return revoked.ok ? respond(204, {}) : refuse(revoked.error)
  },
})

import { scimPorts } from '#shared/aws/scim-authentication.ts'
import { dynamoBookmarks } from '#shared/aws/scim-bookmark-store.ts'
import { dynamoScimGroups } from '#shared/aws/scim-group-store.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { scimUserLists } from '#shared/aws/scim-user-lists.ts'
import { readEnv } from '#shared/http/env.ts'
import { scimEndpoint } from '#shared/http/scim-endpoint.ts'
import { getGroup, listGroups, searchGroups } from '#shared/scim/groups/read-routes.ts'
import { deleteGroup, patchGroup, postGroup, putGroup } from '#shared/scim/groups/routes.ts'
import { epochMilliseconds } from '#shared/time.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

const ports = {
  groups: dynamoScimGroups(DIRECTORY_TABLE),
  users: scimUserLists(DIRECTORY_TABLE),
  bookmarks: dynamoBookmarks(EPHEMERAL_TABLE),
  pause: dynamoScimPause(DIRECTORY_TABLE),
  now: epochMilliseconds,
}

export const handler = scimEndpoint(scimPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), {
  'POST /scim/v2/{directory}/Groups': postGroup(ports),
  'GET /scim/v2/{directory}/Groups': listGroups(ports),
  'POST /scim/v2/{directory}/Groups/.search': searchGroups(ports),
  'GET /scim/v2/{directory}/Groups/{id}': getGroup(ports),
  'PUT /scim/v2/{directory}/Groups/{id}': putGroup(ports),
  'PATCH /scim/v2/{directory}/Groups/{id}': patchGroup(ports),
  'DELETE /scim/v2/{directory}/Groups/{id}': deleteGroup(ports),
})

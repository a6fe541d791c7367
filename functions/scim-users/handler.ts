import { scimPorts } from '#shared/aws/scim-authentication.ts'
import { dynamoBookmarks } from '#shared/aws/scim-bookmark-store.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { dynamoScimUsers } from '#shared/aws/scim-user-store.ts'
import { readEnv } from '#shared/http/env.ts'
import { scimEndpoint } from '#shared/http/scim-endpoint.ts'
import { listUsers, searchUsers } from '#shared/scim/users/list-routes.ts'
import { deleteUser, getUser, patchUser, postUser, putUser } from '#shared/scim/users/routes.ts'
import { epochMilliseconds } from '#shared/time.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

const ports = {
  users: dynamoScimUsers(DIRECTORY_TABLE),
  bookmarks: dynamoBookmarks(EPHEMERAL_TABLE),
  pause: dynamoScimPause(DIRECTORY_TABLE),
  now: epochMilliseconds,
}

export const handler = scimEndpoint(scimPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), {
  'POST /scim/v2/{directory}/Users': postUser(ports),
  'GET /scim/v2/{directory}/Users': listUsers(ports),
  'POST /scim/v2/{directory}/Users/.search': searchUsers(ports),
  'GET /scim/v2/{directory}/Users/{id}': getUser(ports),
  'PUT /scim/v2/{directory}/Users/{id}': putUser(ports),
  'PATCH /scim/v2/{directory}/Users/{id}': patchUser(ports),
  'DELETE /scim/v2/{directory}/Users/{id}': deleteUser(ports),
})

import { dynamoBookmarks } from '#shared/aws/scim-bookmark-store.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { dynamoScimUsers } from '#shared/aws/scim-user-store.ts'
import { readEnv } from '#shared/http/env.ts'
import type { WriteRoutes } from '#shared/scim/bulk/execute.ts'
import { typeSearch } from '#shared/scim/root-search/type-search.ts'
import { userSource } from '#shared/scim/users/list-routes.ts'
import { deleteUser, patchUser, postUser, putUser } from '#shared/scim/users/routes.ts'
import { epochMilliseconds } from '#shared/time.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

const ports = {
  users: dynamoScimUsers(DIRECTORY_TABLE),
  bookmarks: dynamoBookmarks(EPHEMERAL_TABLE),
  pause: dynamoScimPause(DIRECTORY_TABLE),
  now: epochMilliseconds,
}

export const writes: WriteRoutes = {
  POST: postUser(ports),
  PUT: putUser(ports),
  PATCH: patchUser(ports),
  DELETE: deleteUser(ports),
}

export const search = typeSearch(userSource(ports))

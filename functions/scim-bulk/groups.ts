import { dynamoBookmarks } from '#shared/aws/scim-bookmark-store.ts'
import { dynamoScimGroups } from '#shared/aws/scim-group-store.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { scimUserLists } from '#shared/aws/scim-user-lists.ts'
import { readEnv } from '#shared/http/env.ts'
import type { WriteRoutes } from '#shared/scim/bulk/execute.ts'
import { groupSource } from '#shared/scim/groups/read-routes.ts'
import { deleteGroup, patchGroup, postGroup, putGroup } from '#shared/scim/groups/routes.ts'
import { typeSearch } from '#shared/scim/root-search/type-search.ts'
import { epochMilliseconds } from '#shared/time.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

const ports = {
  groups: dynamoScimGroups(DIRECTORY_TABLE),
  users: scimUserLists(DIRECTORY_TABLE),
  bookmarks: dynamoBookmarks(EPHEMERAL_TABLE),
  pause: dynamoScimPause(DIRECTORY_TABLE),
  now: epochMilliseconds,
}

export const writes: WriteRoutes = {
  POST: postGroup(ports),
  PUT: putGroup(ports),
  PATCH: patchGroup(ports),
  DELETE: deleteGroup(ports),
}

export const search = typeSearch(groupSource(ports))

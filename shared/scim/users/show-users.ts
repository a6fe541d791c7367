import type { UserId } from '../../ids.ts'
import { type Projection, project } from '../documents/projection.ts'
import { rendered } from '../documents/rendered.ts'
import type { GroupOfUser, ScimUserStore } from '../ports.ts'
import { userType } from '../schemas/user.ts'
import type { Json, ScimUser } from '../types.ts'

/** How an answer shows users. */
export type Showing = { projection: Projection; baseUrl: string }

type Groups = ReadonlyMap<UserId, readonly GroupOfUser[]>

/** The groups of these users, read only where they are asked for. */
export const readGroups = async (
  store: Pick<ScimUserStore, 'groupsOf'>,
  directory: ScimUser['directoryId'],
  { ids, projection }: { ids: readonly UserId[]; projection: Projection },
): Promise<Groups | undefined> =>
  projection.has('groups') ? store.groupsOf(directory, ids) : undefined

/** A user as it is answered. */
export const showUser = (
  user: ScimUser,
  { projection, baseUrl }: Showing,
  groups: Groups | undefined,
): object =>
  project(projection, {
    ...rendered(userType, user, baseUrl),
    ...groupsAttribute(groups?.get(user.id) ?? [], baseUrl),
  })

/** RFC 7643 §4.1.2: a user without groups has no such attribute. */
export const groupsAttribute = (
  groups: readonly GroupOfUser[],
  baseUrl: string,
): { groups?: Json } =>
  groups.length === 0
    ? {}
    : {
        groups: groups.map(({ id, displayName }) => ({
          value: id,
          $ref: `${baseUrl}/Groups/${id}`,
          ...(displayName !== '' && { display: displayName }),
          type: 'direct',
        })),
      }

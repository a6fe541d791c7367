import { fail, ok } from '../result.ts'
import type { Act, UserStore } from '../users/ports.ts'
import { notProvisionedBy, provisionedBy } from '../users/provisioned.ts'
import type { DirectoryLink, User, UserRecord } from '../users/types.ts'
import { readItems } from './dynamo.ts'
import { type GuardedWrite, orChangedMeanwhile, writeAll } from './guarded-write.ts'
import { update } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'
import { partedLink, personLinkWrites, readPersonLinks, removedLink } from './scim-person-links.ts'
import { scimUserOf } from './scim-user-items.ts'
import { userChangeWrites } from './user-changes.ts'
import type { UserFailure } from './write-user.ts'

/** What becomes of the SCIM users that a user is. */
export const userDirectories = (table: string): Pick<UserStore, 'part'> => ({
  async part(before, link, act) {
    const { user } = before
    const person = { orgId: user.orgId, personId: user.id }
    const next: UserRecord = {
      ...before,
      user: notProvisionedBy(user, link.directoryId),
      revision: before.revision + 1,
    }
    const failure = await writeAll<UserFailure>([
      ...userChangeWrites(table, before, next, { act }),
      ...(await partWrites(table, user, link)),
      partedLink(table, person, link, act),
    ])
    return failure ? fail('changed_meanwhile') : ok(next)
  },
})

/** The SCIM user, if it is there yet, is nobody's and stays so. */
async function partWrites(
  table: string,
  { id: personId }: User,
  { directoryId, scimUserId }: DirectoryLink,
): Promise<GuardedWrite<'changed_meanwhile'>[]> {
  const key = scimKeys.user(directoryId, scimUserId)
  const [item] = await readItems([{ table, key }])
  if (scimUserOf(item)?.personId !== personId) return []
  const Update = update(table, {
    key,
    set: { isApart: true },
    remove: ['personId'],
    condition: '#personId = :personId AND attribute_not_exists(#deletedAt)',
    values: { personId },
  })
  return [orChangedMeanwhile({ Update })]
}

/** What becomes of SCIM users of somebody who is merged into another. */
type Moves = { into: UserRecord['user']; writes: GuardedWrite<'changed_meanwhile'>[] }

/**
 * They are the other's from then on; where the same directory has that one already, two of its users
 * would be one person: the merged one's is nobody's.
 */
export async function moveDirectories(
  table: string,
  { into, from }: { into: User; from: User },
  act: Act,
): Promise<Moves> {
  const { orgId } = from
  const [theirs, own] = await Promise.all(
    [from, into].map(({ id: personId }) => readPersonLinks(table, { orgId, personId })),
  )
  const moves: Moves = { into, writes: [] }
  for (const link of theirs ?? []) {
    const { directoryId } = link
    const isBoth = own?.some((one) => one.directoryId === directoryId)
    if (isBoth) {
      moves.writes.push(
        ...(await partWrites(table, from, link)),
        partedLink(table, { orgId, personId: from.id }, link, act),
      )
      continue
    }
    moves.into = provisionedBy(moves.into, directoryId)
    moves.writes.push(...moveWrites(table, { into, from }, link, act))
  }
  return moves
}

function moveWrites(
  table: string,
  { into, from }: { into: User; from: User },
  link: DirectoryLink,
  { at: linkedAt, actor: linkedBy }: Act,
): GuardedWrite<'changed_meanwhile'>[] {
  const { directoryId, scimUserId } = link
  const Update = update(table, {
    key: scimKeys.user(directoryId, scimUserId),
    set: { personId: into.id },
    condition: '#personId = :personId AND attribute_not_exists(#deletedAt)',
    values: { personId: from.id },
  })
  const moved = { ...link, how: 'merge', linkedAt, linkedBy } as const
  const linked = personLinkWrites(table, { orgId: into.orgId, personId: into.id }, moved)
  return [
    orChangedMeanwhile({ Update }),
    removedLink(table, { orgId: from.orgId, personId: from.id }, directoryId),
    ...linked.map(({ write }) => orChangedMeanwhile(write)),
  ]
}

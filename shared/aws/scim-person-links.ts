import type { DirectoryId, OrgId, UserId } from '../ids.ts'
import type { Act } from '../users/ports.ts'
import type { DirectoryLink } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, put, remove } from './guarded-write.ts'
import { guarded } from './item-writes.ts'
import { queryAll } from './query.ts'

/** A user of ours: what a SCIM user has as `personId`. */
export type LinkedPerson = { orgId: OrgId; personId: UserId }

/**
 * The row beside a user that says which SCIM user they are; whoever writes a `personId` writes it in
 * the same transaction, and has the directory among `directories` of the user (provisioned.ts). It
 * tells `latchkey.user.directory-linked.v1`, so the user's own item need not; not where user and SCIM
 * user come to exist together. `person_taken`: another SCIM user of the same directory is that person.
 */
export function personLinkWrites(
  table: string,
  { orgId, personId }: LinkedPerson,
  link: DirectoryLink,
  isTold = true,
): GuardedWrite<'person_taken'>[] {
  const { linkedAt, linkedBy } = link
  const item = {
    ...linkItem({ orgId, personId }, link),
    ...(isTold && {
      evt: evt('latchkey.user.directory-linked.v1', linkedAt, linkedBy),
    }),
  }
  const write = guarded(table, item, {
    condition: 'attribute_not_exists(#pk) OR attribute_exists(#unlinkedAt)',
    values: {},
  })
  return [{ write, onFailure: () => 'person_taken' }]
}

/** How long the row of what was parted stays, for its event: seconds. */
const KEPT_SECONDS = 30 * 24 * 3600

/** The row of two who are parted; it tells `latchkey.user.directory-unlinked.v1`. */
export const partedLink = (
  table: string,
  person: LinkedPerson,
  link: DirectoryLink,
  act: Act,
): GuardedWrite<never> =>
  put(table, {
    ...linkItem(person, link),
    unlinkedAt: act.at,
    expiresAt: act.at + KEPT_SECONDS,
    evt: evt('latchkey.user.directory-unlinked.v1', act.at, act.actor),
  })

/** Where the SCIM user goes, and its person with it: nothing is told beside what is told of those. */
export const removedLink = (
  table: string,
  { orgId, personId }: LinkedPerson,
  directory: DirectoryId,
): GuardedWrite<never> => remove(table, directoryKeys.directoryLink(orgId, personId, directory))

const linkItem = ({ orgId, personId }: LinkedPerson, link: DirectoryLink) => ({
  ...directoryKeys.directoryLink(orgId, personId, link.directoryId),
  ...{ orgId, userId: personId },
  ...link,
})

type StoredLink = DirectoryLink & { unlinkedAt?: number }

/** Which SCIM users a user is, one of a directory at most; strongly consistent. */
export async function readPersonLinks(
  table: string,
  { orgId, personId }: LinkedPerson,
): Promise<readonly DirectoryLink[]> {
  const { pk } = directoryKeys.user(orgId, personId)
  const rows = (await queryAll(table, { pk, prefix: 'scim#' })) as object[] as StoredLink[]
  return rows.flatMap(({ directoryId, scimUserId, how, linkedAt, linkedBy, unlinkedAt }) =>
    unlinkedAt === undefined ? [{ directoryId, scimUserId, how, linkedAt, linkedBy }] : [],
  )
}

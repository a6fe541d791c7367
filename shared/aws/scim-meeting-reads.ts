import type { DirectoryId, OrgId, UserId } from '../ids.ts'
import type { Candidate } from '../scim/meet.ts'
import { isActive } from '../scim/person-profile.ts'
import type { Document } from '../scim/types.ts'
import type { SignIn } from '../sign-in/ports.ts'
import { foldEmail } from '../users/email.ts'
import { fold } from '../users/fold.ts'
import type { MetBy } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { queryAll, queryPage } from './query.ts'
import { directoryOf } from './scim-directory-item.ts'
import { scimKeys } from './scim-keys.ts'
import { inPortions } from './scim-queries.ts'
import { scimUserOf } from './scim-user-items.ts'

/** A SCIM user that may be who signs in, as it is stored. */
export type FoundScimUser = Candidate & {
  document: Document
  version: number
  /** Whether a user has its id, whoever that is: also one who was deleted. */
  isIdTaken: boolean
}

/** What an organization's directories say of somebody whom no subject leads to. */
export type Sought = {
  scimUsers: readonly FoundScimUser[]
  /** Who has the asserted address. */
  holder: UserId | undefined
  isOnlyProvider: boolean
  /** Whether one attribute leads to more than can be looked at. */
  isCutOff: boolean
}

/** As many SCIM users as one attribute may lead to in one directory. */
const MOST_FOUND = 8
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/**
 * Looks for somebody in all directories of the organization, in three rounds of calls; undefined: it
 * has none. SCIM users that are gone, or that an admin has parted from a user, are not found.
 */
export async function seek(table: string, signIn: SignIn): Promise<Sought | undefined> {
  const { orgId } = signIn.idp
  const directories = await listDirectories(table, orgId)
  if (directories.length === 0) return undefined
  const [named, listed] = await Promise.all([
    byName(table, signIn, directories),
    Promise.all(
      directories.flatMap((directory) =>
        partitionsOf(signIn, directory).map((one) => search(table, one)),
      ),
    ),
  ])
  const hits = [...named.hits, ...listed.flatMap((page) => page.hits)]
  return {
    scimUsers: await readScimUsers(table, orgId, hits),
    holder: named.holder,
    isOnlyProvider: named.providers === 1 && directories.length === 1,
    isCutOff: listed.some(({ isAll }) => !isAll),
  }
}

async function listDirectories(table: string, orgId: OrgId): Promise<readonly DirectoryId[]> {
  const { pk } = scimKeys.directoryCount(orgId)
  const rows = await queryAll(table, { pk, prefix: 'dir_' })
  return rows.flatMap((row) => directoryOf(row)?.id ?? [])
}

type Hit = { directoryId: DirectoryId; id: UserId; by: MetBy; hasAddress: boolean }

/** What the provider knows them by: never what is another text at each sign-in. */
function identifiersOf({ subject, authentication: { nameId } }: SignIn): readonly string[] {
  const isLasting = nameId.format !== TRANSIENT
  return [...new Set([subject, ...(isLasting ? [nameId.value] : [])])]
}

/** Names lead to one SCIM user each: they are keys of their own. */
async function byName(table: string, signIn: SignIn, directories: readonly DirectoryId[]) {
  const { orgId } = signIn.idp
  const { email } = signIn.profile
  const names = new Map([...identifiersOf(signIn), email].map((name) => [fold(name), name]))
  const wanted = directories.flatMap((directoryId) =>
    [...names.values()].map((name) => ({ directoryId, name })),
  )
  const [marker, count, ...locks] = await readItems(
    [
      directoryKeys.email(orgId, foldEmail(email)),
      directoryKeys.idpCount(orgId),
      ...wanted.map(({ directoryId, name }) => scimKeys.userName(directoryId, name)),
    ].map((key) => ({ table, key })),
  )
  const hits = wanted.flatMap(({ directoryId, name }, index): Hit[] => {
    const lock = locks[index] as { userId: UserId } | undefined
    const hasAddress = fold(name) === fold(email)
    return lock ? [{ directoryId, id: lock.userId, by: 'userName', hasAddress }] : []
  })
  return {
    hits,
    holder: (marker as { userId: UserId } | undefined)?.userId,
    providers: (count as { count: number } | undefined)?.count,
  }
}

type Partition = Omit<Hit, 'id'> & { pk: string }

const NOBODY: UserId = 'usr_'

/** Rows that lead to SCIM users by what several of them may have. */
function partitionsOf(signIn: SignIn, directoryId: DirectoryId): Partition[] {
  const { email } = signIn.profile
  const { pk } = scimKeys.userEmail(directoryId, email, NOBODY)
  return [
    { directoryId, by: 'email', hasAddress: true, pk },
    ...identifiersOf(signIn).map((text) => ({
      ...({ directoryId, by: 'externalId', hasAddress: fold(text) === fold(email) } as const),
      pk: scimKeys.userExternalId(directoryId, text, NOBODY).pk,
    })),
  ]
}

async function search(table: string, { pk, ...hit }: Partition) {
  const { items, next } = await queryPage(table, { pk, limit: MOST_FOUND })
  const hits = items.map(({ sk }): Hit => ({ ...hit, id: sk as UserId }))
  return { hits, isAll: next === undefined }
}

/** Each SCIM user once, with all that it was found by. */
async function readScimUsers(
  table: string,
  orgId: OrgId,
  hits: readonly Hit[],
): Promise<FoundScimUser[]> {
  const found = Map.groupBy(hits, ({ directoryId, id }) => `${directoryId} ${id}`)
  const groups = [...found.values()]
  const ids = [...new Set(hits.map(({ id }) => id))] // two directories may have the same
  const keys = [
    ...groups.flatMap(([hit]) => (hit ? [scimKeys.user(hit.directoryId, hit.id)] : [])),
    ...ids.map((id) => directoryKeys.user(orgId, id)),
  ]
  const items = await inPortions(keys, (some) => readItems(some.map((key) => ({ table, key }))))
  const taken = new Set(ids.filter((_, index) => items[groups.length + index] !== undefined))
  return groups.flatMap((same, index) => {
    const [hit] = same
    const user = scimUserOf(items[index])
    if (!hit || !user || user.isApart) return []
    const { directoryId, id, personId, document, version } = user
    return [
      {
        ...{ directoryId, id, personId, document, version },
        isIdTaken: taken.has(id),
        isActive: isActive(document),
        by: same.map(({ by }) => by),
        hasAddress: same.some(({ hasAddress }) => hasAddress),
      },
    ]
  })
}

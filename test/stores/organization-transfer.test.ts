import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoOrganizationExports } from '#shared/aws/organization-exports.ts'
import { dynamoOrganizationImports } from '#shared/aws/organization-imports.ts'
import { dynamoOrganizationRemovals } from '#shared/aws/organization-removals.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { dynamoSsoTokens } from '#shared/aws/sso-token-store.ts'
import { newOrgId, newReceiptId, newUserId, type OrgId } from '#shared/ids.ts'
import type { OrganizationItem } from '#shared/orgs/transfer.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { toSeconds } from '#shared/time.ts'
import { deleteUser } from '#shared/users/delete-user.ts'
import { suspendUser } from '#shared/users/suspend-user.ts'
import { houseOf } from './new-account.ts'
import { newScimDirectory } from './new-scim-directory.ts'
import { newSsoToken } from './new-sso-token.ts'
import { newScimHome } from './scim-people.ts'
import { itemsOfEach, withoutLog } from './stored-organization.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

const person = fc.record(
  {
    role: fc.constantFrom('admin', 'reader', 'member'),
    becomes: fc.constantFrom('active', 'active', 'suspended', 'deleted', 'invited'),
    hasUserName: fc.boolean(),
    hasAccess: fc.boolean(),
    displayName: fc.constantFrom('Ada', 'Ada Lovelace', 'Ådá'),
    familyName: fc.constantFrom('Lovelace', 'Ada'),
  },
  { requiredKeys: ['role', 'becomes', 'hasUserName', 'hasAccess'] },
)

const holding = fc.record({
  people: fc.array(person, { maxLength: 30 }),
  scimUsers: fc.array(fc.record({ active: fc.boolean(), isGone: fc.boolean() }), { maxLength: 5 }),
  ssoTokens: fc.array(fc.record({ isNamed: fc.boolean(), isGone: fc.boolean() }), { maxLength: 3 }),
})

type Person = typeof person extends fc.Arbitrary<infer P> ? P : never
type Holding = typeof holding extends fc.Arbitrary<infer H> ? H : never
type Own = Awaited<ReturnType<typeof newScimHome>>

/** An organization with all of it, made by what makes it in life. */
async function newOrganization({ people, scimUsers, ssoTokens }: Holding): Promise<Own> {
  const own = await newScimHome(db)
  const act = { actor: 'test', at: toSeconds(Date.now()) }
  const { directory, home } = own
  assert.equal(await dynamoDirectories(db.directory).create(directory, undefined, act), undefined)
  const { account, keyOf, access } = houseOf(db, home.orgId)
  const { id } = await account({ overAllocation: 'queue', seats: { meetings: 2 } })
  for (const [index, one] of people.entries()) {
    const userId = await newPerson(own, one, index)
    if (!one.hasAccess || !userId) continue
    await grantAccess(
      access,
      { ...keyOf(id, userId), grantedBy: 'admin' },
      { ...act, nowMs: Date.now() },
    )
  }
  const group = newScimDirectory(db, directory.id)
  const made = await group.group()
  for (const { active, isGone } of scimUsers) {
    const { id: userId } = await own.create({ active })
    await group.add((await group.find(made.id)) ?? made, { id: userId, type: 'User' })
    if (isGone) assert.ok((await own.remove(userId)).ok)
  }
  await servePortals(home.orgId, ssoTokens)
  return own
}

/** @returns who can have something now */
async function newPerson({ home }: Own, one: Person, index: number) {
  const { role, becomes, hasUserName, displayName, familyName } = one
  const profile = {
    email: `person${index}@${home.domain}`,
    ...(displayName !== undefined && { displayName }),
    ...(familyName !== undefined && { familyName }),
  }
  if (becomes === 'invited') {
    assert.ok((await home.invite(profile, role, toSeconds(Date.now()))).ok)
    return undefined
  }
  const named = { ...profile, ...(hasUserName && { userName: `Person ${index}` }) }
  const { user } = await home.user(named, role)
  const target = home.targetOf(user.id, Date.now())
  // The last administrator stays.
  if (becomes === 'suspended') await suspendUser(home.store, target)
  if (becomes === 'deleted') await deleteUser(home.store, target, user.email)
  return becomes === 'deleted' ? undefined : user.id
}

async function servePortals(orgId: OrgId, ssoTokens: Holding['ssoTokens']) {
  const [store, at] = [dynamoSsoTokens(db.directory), toSeconds(Date.now())]
  const host = 'acme.meetings.example'
  const key = directoryKeys.organization(orgId)
  const productHosts = [{ product: 'meetings', host }]
  const organization = await db.read(db.directory, key)
  await db.put(db.directory, { ...organization, ...key, productHosts })
  for (const { isNamed, isGone } of ssoTokens) {
    const { token } = newSsoToken({ product: 'meetings', ...(isNamed && { host }) }, orgId)
    assert.equal(await store.create(token, { actor: 'test', at }), undefined)
    const receiptId = newReceiptId(Date.now())
    const known = { ssoTokenId: token.id, orgId, receiptId, expiresAt: at + 3600 }
    await db.put(db.directory, { ...directoryKeys.receipt(token.id, receiptId), ...known })
    if (isGone) assert.ok(await store.remove(orgId, token.id, { actor: 'test', at }))
  }
}

/** Page by page, as JSON holds it. */
async function exported(orgId: OrgId): Promise<OrganizationItem[][]> {
  const exports = dynamoOrganizationExports(db.directory)
  const pages: OrganizationItem[][] = []
  let place: string | undefined
  do {
    const page = await exports.page(orgId, place, toSeconds(Date.now()))
    assert.ok(page)
    pages.push(JSON.parse(JSON.stringify(page.items)))
    place = page.next
  } while (place !== undefined)
  return pages
}

async function removeAll(orgId: OrgId) {
  const removals = dynamoOrganizationRemovals(db.directory)
  const closedAt = toSeconds(Date.now())
  for (let call = 0; call < 10; call++) {
    const act = { actor: 'test', now: closedAt + call * 20 }
    const step = await removals.step(orgId, 'Acme', act)
    assert.ok(step.ok)
    if (step.value.isDone) return
  }
  assert.fail('there is no end')
}

const newImport = (orgId: OrgId) => ({
  ...{ orgId, importId: randomBytes(16).toString('hex') },
  ...{ actor: 'test', now: toSeconds(Date.now()) },
})

const nameOf = ({ pk, sk }: OrganizationItem) => `${pk} ${sk}`

/** What a day remembers of SCIM users and members that are gone: nothing leads to it. */
const isOver = ({ pk, deletedAt, removedAt }: OrganizationItem) =>
  pk.startsWith('scim#') && (deletedAt !== undefined || removedAt !== undefined)

/** Exports it, deletes it, and brings it back in pages of that size. */
async function move(orgId: OrgId, were: readonly OrganizationItem[], pageSize: number) {
  const imports = dynamoOrganizationImports(db.directory)
  const pages = await exported(orgId)
  for (const page of pages) assert.equal(new Set(page.map(nameOf)).size, page.length)
  const items = pages.flat()
  const listed = were.filter((item) => item.pk !== 'orgs' && !isOver(item))
  assert.deepEqual(new Set(items.map(nameOf)), new Set(listed.map(nameOf)))
  await removeAll(orgId)
  const act = newImport(orgId)
  for (let start = 0; start < items.length; start += pageSize) {
    const taken = await imports.take(act, items.slice(start, start + pageSize))
    assert.deepEqual(taken, { ok: true, value: undefined })
  }
  assert.deepEqual(await imports.finish(act), { ok: true, value: undefined })
}

describe('an organization, whatever it holds,', () => {
  test('is equal once it was exported, deleted and imported, in pages of any size', async () => {
    const size = fc.integer({ min: 20, max: 1000 })
    // Several in one run, as a look at the whole table takes longest.
    const several = fc.array(fc.tuple(holding, size), { minLength: 6, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(several, async (given) => {
        const orgIds: OrgId[] = []
        for (const [held] of given) orgIds.push((await newOrganization(held)).home.orgId)
        const were = (await itemsOfEach(orgIds)).map(withoutLog)
        for (const [index, orgId] of orgIds.entries()) {
          await move(orgId, were[index] ?? [], given[index]?.[1] ?? 20)
        }
        assert.deepEqual(await itemsOfEach(orgIds), were)
      }),
      { numRuns: 1 },
    )
  })
})

describe('an import', () => {
  test('takes the later one of items that are twice in a page, as of those on two pages', async () => {
    const imports = dynamoOrganizationImports(db.directory)
    const orgId = newOrgId()
    const userId = newUserId()
    const key = directoryKeys.user(orgId, userId)
    const own = (name: string) => ({ ...directoryKeys.organization(orgId), orgId, name })
    const user = (displayName: string) => ({ ...key, userId, orgId, state: 'active', displayName })
    const act = newImport(orgId)
    const page = [own('Was'), user('Was'), user('Was'), own('Is'), user('Is')]
    assert.deepEqual(await imports.take(act, page), { ok: true, value: undefined })
    assert.equal((await db.read(db.directory, key))?.['displayName'], 'Is')
    assert.deepEqual(await imports.take(act, [user('Later')]), { ok: true, value: undefined })
    assert.equal((await db.read(db.directory, key))?.['displayName'], 'Later')
    assert.deepEqual(await imports.finish(act), { ok: true, value: undefined })
    const organization = await db.read(db.directory, directoryKeys.organization(orgId))
    assert.equal(organization?.['name'], 'Is')
  })
})

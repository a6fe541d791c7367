import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import type { UserId } from '#shared/ids.ts'
import { MAX_SUBJECTS } from '#shared/users/types.ts'
import { type Answer, newAdmin, read, tagOf } from '#test/flows/admin-client.ts'
import { newSessionCookie } from '#test/flows/session-cookie.ts'
import { newDirectory, provision } from '#test/stores/new-directory.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/users/handler.ts')
type Admin = Awaited<ReturnType<typeof newAdmin>>
type Shown = { id: UserId; email: string; state: string; subjects: { id: string }[] }

const causeOf = ({ body }: Answer) => String(body['type']).replace('urn:latchkey:problem:', '')

describe('users', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let admin: Admin
  let db: Tables
  let people = 0
  before(async () => {
    await environmentOf('users')
    handler = (await importHandler()).handler
    admin = await newAdmin()
    db = await tables()
  })

  /** Somebody who is there. */
  async function person(
    given: { role?: string; email?: string; userName?: string } = {},
    own = admin,
  ) {
    people += 1
    const body = { email: `p${people}@${own.domain}`, displayName: `P ${people}`, ...given }
    const created = await own.call('POST', '/users', { body })
    assert.equal(created.status, 201, created.text)
    const user = created.body as Shown
    return { ...user, path: `/users/${user.id}`, created }
  }

  const remove = ({ path, email }: { path: string; email: string }, own = admin) =>
    own.call('DELETE', `${path}?confirm=${encodeURIComponent(email)}`)

  /** Puts an organization away, as an operator's mistake would. */
  async function withoutOrganization(own: Admin) {
    await db.remove(db.directory, directoryKeys.organization(own.orgId))
  }

  test('refuse a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, eventOf('users'))
    assert.equal(answer.statusCode, 401)
  })

  test('are created, found, shown, changed, and told apart by ETag', async () => {
    const body = { email: `Zoe@${admin.domain}`, givenName: 'Zoë', familyName: 'Wood' }
    const created = await admin.call('POST', '/users', { body })
    assert.equal(created.status, 201, created.text)
    const { id, createdAt, ...rest } = created.body
    const shown = {
      organization: admin.orgId,
      state: 'active',
      role: 'member',
      joinedBy: 'admin',
      ...body,
      subjects: [],
      directories: [],
    }
    assert.deepEqual(rest, shown)
    assert.match(String(createdAt), /^\d{4}-.*Z$/)
    assert.match(created.headers.get('location') ?? '', new RegExp(`/users/${String(id)}$`))
    const path = `/users/${String(id)}`
    const found = await admin.call('GET', '/users?name=zo%C3%8B', { key: admin.keys.reader })
    assert.deepEqual(
      (found.body as { users: Shown[] }).users.map((one) => one.id),
      [id],
    )
    const seen = await admin.call('GET', path, { key: admin.keys.reader })
    assert.equal(tagOf(seen), tagOf(created))
    const patch = { email: `zoe.wood@${admin.domain}`, givenName: null, displayName: 'Zoë W.' }
    const headers = { 'if-match': tagOf(seen) }
    const changed = await admin.call('PATCH', path, { headers, body: patch })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.body['givenName'], undefined)
    assert.equal(changed.body['displayName'], 'Zoë W.')
    const stale = await admin.call('PATCH', path, { headers, body: patch })
    assert.equal(causeOf(stale), 'changed_meanwhile')
    const now = await admin.call('GET', '/users?email=zoe.wood@')
    assert.deepEqual(
      (now.body as { users: Shown[] }).users.map((one) => one.id),
      [id],
    )
  })

  test('are created once by calls of one name', async () => {
    const headers = { 'idempotency-key': 'u-1' }
    const body = { email: `once@${admin.domain}` }
    const first = await admin.call('POST', '/users', { headers, body })
    const again = await admin.call('POST', '/users', { headers, body })
    assert.equal(again.status, 201)
    assert.deepEqual(again.body, first.body)
    const other = { email: `other@${admin.domain}` }
    assert.equal(
      causeOf(await admin.call('POST', '/users', { headers, body: other })),
      'key_reused',
    )
  })

  test('have addresses that are free and in a verified domain', async () => {
    const taken = await person()
    const user = await person()
    const headers = { 'if-match': '*' }
    for (const [email, cause] of [
      [taken.email, 'email_in_use'],
      ['ada@elsewhere.example', 'email_outside_domains'],
    ] as const) {
      const created = await admin.call('POST', '/users', { body: { email } })
      assert.equal(causeOf(created), cause)
      const changed = await admin.call('PATCH', user.path, { headers, body: { email } })
      assert.equal(causeOf(changed), cause)
    }
    const outsider = await person({ role: 'reader', email: 'it@helpers.example' })
    const role = { body: { role: 'member' } }
    const demoted = await admin.call('PUT', `${outsider.path}/role`, role)
    assert.equal(causeOf(demoted), 'email_outside_domains')
  })

  test('have a user name, which no other user has, and are found by it', async () => {
    const own = await newAdmin()
    const { path, id } = await person({ userName: 'ACME\\Ada' }, own)
    const shown = await own.call('GET', path, { key: own.keys.reader })
    assert.equal(shown.body['userName'], 'ACME\\Ada')
    const found = async (userName: string) => {
      const query = `/users?userName=${encodeURIComponent(userName)}`
      const answer = await own.call('GET', query, { key: own.keys.reader })
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.body['next'], undefined)
      return answer.body['users'] as (Shown & { userName?: string })[]
    }
    const [user, ...others] = await found('acme\\ADA')
    assert.deepEqual([user?.id, user?.userName, others.length], [id, 'ACME\\Ada', 0])
    assert.deepEqual(await found('acme'), [])
    const body = { email: `other@${own.domain}`, userName: 'acme\\ada' }
    assert.equal(causeOf(await own.call('POST', '/users', { body })), 'user_name_in_use')
    const other = await person({}, own)
    const headers = { 'if-match': '*' }
    const set = (userName: string | null, at = other.path) =>
      own.call('PATCH', at, { headers, body: { userName } })
    assert.equal(causeOf(await set('ACME\\ADA')), 'user_name_in_use')
    const named = await set('grace')
    assert.equal(named.body['userName'], 'grace')
    assert.notEqual(tagOf(named), tagOf(other.created))
    const without = await set(null)
    assert.equal(without.status, 200, without.text)
    assert.equal(without.body['userName'], undefined)
    assert.deepEqual(await found('grace'), [])
    assert.equal((await remove({ path, email: shown.body['email'] as string }, own)).status, 204)
    assert.equal((await set('Acme\\ada')).status, 200)
    const restored = await own.call('POST', `${path}/restore`)
    assert.equal(causeOf(restored), 'user_name_in_use')
    assert.equal((await set(null)).status, 200)
    assert.equal((await own.call('POST', `${path}/restore`)).status, 200)
    assert.deepEqual(
      (await found('acme\\ada')).map((one) => one.id),
      [id],
    )
  })

  const userNames = ['', ' ada', 'ada\u00A0', 'a\nb', 'a\u202Eb', '\uD800', 'a'.repeat(257), 7, {}]
  for (const userName of userNames) {
    test(`have no user name ${JSON.stringify(userName).slice(0, 20)}`, async () => {
      const { path } = await person()
      const headers = { 'if-match': '*' }
      for (const refused of [
        await admin.call('POST', '/users', { body: { email: `x@${admin.domain}`, userName } }),
        await admin.call('PATCH', path, { headers, body: { userName } }),
      ]) {
        assert.equal(causeOf(refused), 'request_refused', refused.text)
        const problems = refused.body['problems'] as { field: string }[]
        assert.deepEqual(new Set(problems.map(({ field }) => field)), new Set(['userName']))
      }
    })
  }

  test('are suspended, reactivated, signed out', async () => {
    const { path } = await person()
    const steps = [
      ['suspend', 'suspended'],
      ['reactivate', 'active'],
      ['sign-out', 'active'],
    ] as const
    for (const [act, state] of steps) {
      const done = await admin.call('POST', `${path}/${act}`)
      assert.equal(done.status, 200, done.text)
      assert.equal(done.body['state'], state)
    }
  })

  test('are deleted by confirmation only, which names the lighter acts, and restored', async () => {
    const user = await person()
    const missing = await admin.call('DELETE', user.path)
    assert.equal(causeOf(missing), 'confirmation_missing')
    assert.match(String(missing.body['detail']), /suspend.*access.*confirm/)
    assert.equal((await remove(user)).status, 204)
    const shown = await admin.call('GET', user.path)
    assert.equal(shown.body['state'], 'deleted')
    const { deletedAt, restorableUntil } = shown.body as Record<string, string>
    const days = (Date.parse(restorableUntil ?? '') - Date.parse(deletedAt ?? '')) / 86_400_000
    assert.equal(days, 30)
    const listed = await admin.call('GET', '/users?state=deleted')
    assert.ok((listed.body as { users: Shown[] }).users.some(({ id }) => id === user.id))
    const headers = { 'if-match': '*' }
    const deleted = [
      await admin.call('PATCH', user.path, { headers, body: { givenName: 'A' } }),
      await remove(user),
      await admin.call('POST', `${user.path}/suspend`),
      await admin.call('POST', `${user.path}/reactivate`),
      await admin.call('POST', `${user.path}/sign-out`),
      await admin.call('PUT', `${user.path}/role`, { body: { role: 'admin' } }),
      await admin.call('POST', `${user.path}/subjects`, { body: await someSubject() }),
      await admin.call('DELETE', `${user.path}/subjects/${'f'.repeat(43)}`),
      await admin.call('DELETE', `${user.path}/directories/dir_${'0'.repeat(40)}`),
    ]
    assert.deepEqual(new Set(deleted.map(causeOf)), new Set(['user_deleted']))
    const restored = await admin.call('POST', `${user.path}/restore`)
    assert.equal(restored.status, 200, restored.text)
    assert.equal(restored.body['state'], 'active')
    const again = await admin.call('POST', `${user.path}/restore`)
    assert.equal(causeOf(again), 'user_not_restorable')
    assert.equal((await remove(user)).status, 204)
    await person({ email: user.email })
    const taken = await admin.call('POST', `${user.path}/restore`)
    assert.equal(causeOf(taken), 'email_in_use')
  })

  test('are not restored to a domain that is not the organization’s any more', async () => {
    const own = await newAdmin()
    const user = await person({}, own)
    assert.equal((await remove(user, own)).status, 204)
    const key = directoryKeys.organization(own.orgId)
    const item = { ...(await db.read(db.directory, key)), ...key, domains: ['other.example'] }
    await db.put(db.directory, item)
    const refused = await own.call('POST', `${user.path}/restore`)
    assert.equal(causeOf(refused), 'email_outside_domains')
  })

  test('who were invited wait for their invitation', async () => {
    const email = `invited@${admin.domain}`
    const invitation = await admin.call('POST', '/invitations', { body: { email } })
    const path = `/users/${String(invitation.body['user'])}`
    const headers = { 'if-match': '*' }
    const named = await admin.call('PATCH', path, { headers, body: { displayName: 'A' } })
    assert.equal(named.status, 200)
    const body = { email: `else@${admin.domain}` }
    const refused = [
      await admin.call('PATCH', path, { headers, body }),
      await admin.call('DELETE', `${path}?confirm=${email}`),
      await admin.call('POST', `${path}/suspend`),
      await admin.call('PUT', `${path}/role`, { body: { role: 'admin' } }),
      await admin.call('POST', `${path}/subjects`, { body: await someSubject() }),
    ]
    assert.deepEqual(new Set(refused.map(causeOf)), new Set(['user_invited']))
    const waiting = await admin.call('POST', `${path}/reactivate`)
    assert.equal(causeOf(waiting), 'user_not_suspended')
  })

  test('keep the last admin, in every way', async () => {
    const own = await newAdmin()
    const last = await person({ role: 'admin' }, own)
    const other = await person({}, own)
    const refused = [
      await remove(last, own),
      await own.call('POST', `${last.path}/suspend`),
      await own.call('PUT', `${last.path}/role`, { body: { role: 'reader' } }),
      await own.call('POST', `${other.path}/merge`, { body: { from: last.id } }),
    ]
    assert.deepEqual(new Set(refused.map(causeOf)), new Set(['last_admin']))
  })

  test('do not change their own role, nor merge themselves away', async () => {
    const own = await newAdmin()
    const me = await person({ role: 'admin' }, own)
    const other = await person({ role: 'admin' }, own)
    const { cookie, csrfToken } = await newSessionCookie(own.orgId, me.id)
    const send = async (method: string, path: string, body: object) => {
      const headers = { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
      const url = `${own.stack.url}/orgs/${own.orgId}${path}`
      return read(await fetch(url, { method, headers, body: JSON.stringify(body) }))
    }
    const role = { role: 'reader' }
    assert.equal(causeOf(await send('PUT', `${me.path}/role`, role)), 'own_role')
    const merged = await send('POST', `${other.path}/merge`, { from: me.id })
    assert.equal(causeOf(merged), 'own_role')
    const changed = await send('PUT', `${other.path}/role`, role)
    assert.equal(changed.status, 200, changed.text)
  })

  let provider: Promise<`idp_${string}`> | undefined
  let names = 0
  async function someSubject(own?: Admin) {
    names += 1
    if (own) return { identityProvider: (await own.create()).id, nameId: `n-${names}` }
    provider ??= admin.create().then(({ id }) => id)
    return { identityProvider: await provider, nameId: `n-${names}` }
  }

  test('are known by names of providers, which an admin links and unlinks', async () => {
    const { path } = await person()
    const body = await someSubject()
    const linked = await admin.call('POST', `${path}/subjects`, { body })
    assert.equal(linked.status, 201, linked.text)
    const listed = await admin.call('GET', `${path}/subjects`)
    const [subject, ...others] = (listed.body as { subjects: Record<string, string>[] }).subjects
    assert.deepEqual(others, [])
    const { id = '', linkedAt, linkedBy, ...rest } = subject ?? {}
    assert.deepEqual(rest, { ...body, isAttribute: false })
    assert.match(linkedBy ?? '', /^apikey:key_/)
    assert.match(linkedAt ?? '', /Z$/)
    const other = await person()
    const taken = await admin.call('POST', `${other.path}/subjects`, { body })
    assert.equal(causeOf(taken), 'subject_taken')
    const foreign = await admin.call('POST', `${path}/subjects`, {
      body: await someSubject(await newAdmin()),
    })
    assert.equal(causeOf(foreign), 'provider_unknown')
    assert.equal((await admin.call('DELETE', `${path}/subjects/${id}`)).status, 204)
    const gone = await admin.call('DELETE', `${path}/subjects/${id}`)
    assert.equal(causeOf(gone), 'subject_unknown')
  })

  test('are shown with directories that provision them, and parted from them', async () => {
    const user = await person()
    const directory = await newDirectory(db, admin.orgId)
    const scimUserId = await directory.scimUser({ userName: 'ada' }, { personId: user.id })
    const itemOf = (userId: UserId) =>
      db.read(db.directory, directoryKeys.user(admin.orgId, userId))
    const link = { directory: directory.id, personId: user.id, scimUserId }
    await provision(db, { orgId: admin.orgId, itemOf }, link)
    const shown = await admin.call('GET', user.path, { key: admin.keys.reader })
    const [{ linkedAt, ...rest } = {}] = shown.body['directories'] as Record<string, string>[]
    assert.deepEqual(rest, {
      ...{ id: directory.id, scimUser: scimUserId, how: 'email', linkedBy: 'test' },
    })
    assert.match(linkedAt ?? '', /Z$/)
    const path = `${user.path}/directories/${directory.id}`
    const stale = await admin.call('DELETE', path, { headers: { 'if-match': '"77"' } })
    assert.equal(causeOf(stale), 'changed_meanwhile')
    const headers = { 'if-match': tagOf(shown) }
    assert.equal((await admin.call('DELETE', path, { headers })).status, 204)
    assert.deepEqual((await admin.call('GET', user.path)).body['directories'], [])
    assert.equal((await directory.itemOf(scimUserId))?.['isApart'], true)
    assert.equal(causeOf(await admin.call('DELETE', path)), 'directory_unknown')
    const nobody = path.replace(user.id, `usr_${'0'.repeat(32)}`)
    assert.equal(causeOf(await admin.call('DELETE', nobody)), 'user_unknown')
  })

  test('are merged, unless they are too much or not both active', async () => {
    const into = await person()
    const from = await person()
    const merge = (id: string) => admin.call('POST', `${into.path}/merge`, { body: { from: id } })
    const body = await someSubject()
    assert.equal((await admin.call('POST', `${from.path}/subjects`, { body })).status, 201)
    const merged = await merge(from.id)
    assert.equal(merged.status, 200, merged.text)
    assert.equal((merged.body as Shown).subjects.length, 1)
    assert.equal((await admin.call('GET', from.path)).body['mergedInto'], into.id)
    assert.equal(causeOf(await merge(from.id)), 'user_not_active')
    assert.equal(causeOf(await merge(into.id)), 'merge_with_oneself')
    const many = await person()
    const link = async () =>
      admin.call('POST', `${many.path}/subjects`, { body: await someSubject() })
    for (let i = 0; i < MAX_SUBJECTS; i++) assert.equal((await link()).status, 201)
    assert.equal(causeOf(await link()), 'too_many_subjects')
    assert.equal(causeOf(await merge(many.id)), 'too_many_subjects')
  })

  test('of an organization that is gone are not changed', async () => {
    const own = await newAdmin()
    const user = await person({}, own)
    const gone = await person({}, own)
    assert.equal((await remove(gone, own)).status, 204)
    await withoutOrganization(own)
    const headers = { 'if-match': '*' }
    const email = `new@${own.domain}`
    const refused = [
      await own.call('POST', '/users', { body: { email } }),
      await own.call('PATCH', user.path, { headers, body: { email } }),
      await own.call('PUT', `${user.path}/role`, { body: { role: 'reader' } }),
      await own.call('POST', `${gone.path}/restore`),
    ]
    assert.deepEqual(new Set(refused.map(causeOf)), new Set(['organization_unknown']))
  })

  test('are listed page by page, by one question at a time', async () => {
    const own = await newAdmin()
    for (let i = 0; i < 3; i++) await person({}, own)
    const first = await own.call('GET', '/users?limit=2')
    const { users, next } = first.body as { users: Shown[]; next: string }
    assert.equal(users.length, 2)
    const second = await own.call('GET', `/users?limit=2&cursor=${next}`)
    assert.equal(second.status, 200, second.text)
    assert.equal((second.body as { users: Shown[] }).users.length, 1)
    assert.equal(second.body['next'], undefined)
    const foreign = [
      `?email=zzz&cursor=${next}`,
      `?state=deleted&cursor=${next}`,
      '?email=a&name=a',
      '?email=a&userName=a',
      '?userName=a&state=deleted',
      `?userName=zzz&cursor=${next}`,
      '?userName=',
    ]
    for (const query of foreign) {
      const refused = await own.call('GET', `/users${query}`)
      assert.equal(causeOf(refused), 'request_refused', query)
    }
  })
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { type DirectoryId, newUserId, type ScimTokenId } from '#shared/ids.ts'
import { readScimToken } from '#shared/scim/directories/token-text.ts'
import { epochMilliseconds, isoTime, toSeconds } from '#shared/time.ts'
import { type Answer, newAdmin, tagOf } from '#test/flows/admin-client.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/directories/handler.ts')
type Admin = Awaited<ReturnType<typeof newAdmin>>

const DAY = 24 * 3600
const now = () => toSeconds(epochMilliseconds())
const causeOf = ({ body }: Answer) => String(body['type']).replace('urn:latchkey:problem:', '')

describe('directories', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let admin: Admin
  let db: Tables
  before(async () => {
    await environmentOf('directories')
    handler = (await importHandler()).handler
    admin = await newAdmin()
    db = await tables()
    any = await created()
  })
  let any: Awaited<ReturnType<typeof created>>

  async function created(own = admin, given: object = {}) {
    const answer = await own.call('POST', '/directories', { body: { name: 'Entra ID', ...given } })
    assert.equal(answer.status, 201, answer.text)
    const id = String(answer.body['id']) as DirectoryId
    return { id, path: `/directories/${id}`, answer, tag: tagOf(answer) }
  }

  const stored = async (id: DirectoryId) => {
    const item = await db.read(db.directory, scimKeys.directory(id))
    return { ...item, evt: (item?.['evt'] ?? {}) as { type?: string; actor?: string } }
  }

  /** As if it had been paused so many seconds ago. */
  async function wasPaused(id: DirectoryId, seconds: number) {
    const key = scimKeys.directory(id)
    const { paused, ...item } = (await db.read(db.directory, key)) as { paused: object }
    const before = { ...paused, at: now() - seconds }
    await db.put(db.directory, { ...item, ...key, paused: before })
  }

  test('refuse a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, eventOf('directories'))
    assert.equal(answer.statusCode, 401)
  })

  test('are made with an address and a guard, and shown with what they hold', async () => {
    const own = await newAdmin()
    const { id, path, answer, tag } = await created(own)
    const { createdAt, ...rest } = answer.body
    assert.match(id, new RegExp(`^dir_${own.orgId.slice(4)}[0-9a-f]{8}$`))
    assert.deepEqual(rest, {
      ...{ id, name: 'Entra ID', state: 'active', users: 0, groups: 0 },
      baseUrl: `${own.stack.url}/scim/v2/${id}`,
      guard: { share: 20, atLeast: 20 },
    })
    assert.ok(Math.abs(Date.parse(String(createdAt)) - Date.now()) < 10_000)
    assert.equal(answer.headers.get('location'), `${own.stack.url}/orgs/${own.orgId}${path}`)
    for (const [part, n] of [
      ['u00', 3],
      ['u63', -1],
      ['u07', 40],
      ['g12', 2],
    ] as const) {
      await db.put(db.directory, { ...scimKeys.count(id, part), n })
    }
    const shown = await own.call('GET', path, { key: own.keys.reader })
    assert.deepEqual(shown.body, { ...answer.body, users: 42, groups: 2 })
    assert.equal(tagOf(shown), tag)
    const listed = await own.call('GET', '/directories', { key: own.keys.reader })
    assert.deepEqual(listed.body, { directories: [shown.body] })
    const { evt } = await stored(id)
    assert.equal(evt.type, 'latchkey.directory.created.v1')
    assert.match(String(evt.actor), /^apikey:/)
  })

  test('are ten at most, however many are asked for at once', async () => {
    const own = await newAdmin()
    const body = { name: 'One of many' }
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => own.call('POST', '/directories', { body })),
    )
    const statuses = answers.map(({ status }) => status).toSorted()
    assert.deepEqual(statuses, [...Array(10).fill(201), ...Array(4).fill(409)])
    const refused = answers.find(({ status }) => status === 409) ?? assert.fail()
    assert.equal(causeOf(refused), 'too_many_directories')
    const { directories } = (await own.call('GET', '/directories')).body
    assert.equal((directories as object[]).length, 10)
  })

  test('are made once by calls of one name, also where they come at once', async () => {
    const own = await newAdmin()
    const headers = { 'idempotency-key': 'd-1' }
    const body = { name: 'Okta', guard: { share: 5 } }
    const send = () => own.call('POST', '/directories', { headers, body })
    const answers = await Promise.all([1, 2, 3, 4].map(send))
    const [first] = answers
    for (const again of answers) assert.deepEqual(again.body, first?.body)
    assert.deepEqual(first?.body['guard'], { share: 5, atLeast: 20 })
    const other = { headers, body: { name: 'OneLogin' } }
    assert.equal(causeOf(await own.call('POST', '/directories', other)), 'key_reused')
    const path = `/directories/${String(first?.body['id'])}`
    assert.equal((await own.call('POST', `${path}/pause`)).status, 200)
    await wasPaused(String(first?.body['id']) as DirectoryId, 20)
    assert.equal((await own.call('DELETE', `${path}?confirm=Okta`)).status, 204)
    assert.equal(causeOf(await send()), 'key_reused')
    const { directories } = (await own.call('GET', '/directories')).body
    assert.deepEqual(directories, [])
  })

  test('of an organization that is gone are not made', async () => {
    const own = await newAdmin()
    const key = { pk: `org#${own.orgId}`, sk: 'org' }
    const item = await db.read(db.directory, key)
    await db.put(db.directory, { ...item, ...key, state: 'deleting' })
    const refused = await own.call('POST', '/directories', { body: { name: 'Late' } })
    assert.equal(causeOf(refused), 'organization_unknown')
  })

  test('change by a merge patch, from the state that was seen', async () => {
    const { id, path, tag } = await created()
    const patch = { name: ' Okta ', guard: { atLeast: 50 } }
    const headers = { 'if-match': tag }
    const changed = await admin.call('PATCH', path, { headers, body: patch })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(
      [changed.body['name'], changed.body['guard']],
      ['Okta', { share: 20, atLeast: 50 }],
    )
    assert.notEqual(tagOf(changed), tag)
    assert.equal((await stored(id)).evt.type, 'latchkey.directory.updated.v1')
    const late = await admin.call('PATCH', path, { headers, body: { name: 'Late' } })
    assert.equal(causeOf(late), 'changed_meanwhile')
    const same = await admin.call('PATCH', path, { body: patch })
    assert.equal(tagOf(same), tagOf(changed))
    const all = await Promise.all(
      [1, 2, 3].map((share) => admin.call('PATCH', path, { body: { guard: { share } } })),
    )
    assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([200]))
    assert.equal((await admin.call('GET', path)).body['name'], 'Okta')
  })

  const malformed = [
    { name: '' },
    { name: ' ' },
    { name: 'a'.repeat(257) },
    { guard: { share: 0 } },
    { guard: { share: 101 } },
    { guard: { share: 1.5 } },
    { guard: { atLeast: 0 } },
    { guard: { liftedUntil: 1 } },
    { guard: null },
    { state: 'paused' },
  ]
  for (const body of malformed) {
    test(`do not change by ${JSON.stringify(body).slice(0, 40)}`, async () => {
      assert.equal(causeOf(await admin.call('PATCH', any.path, { body })), 'request_refused')
      const made = await admin.call('POST', '/directories', { body: { name: 'x', ...body } })
      assert.equal(causeOf(made), 'request_refused')
    })
  }

  test('are paused by whom and why, and resumed', async () => {
    const { id, path } = await created()
    const paused = await admin.call('POST', `${path}/pause`)
    assert.equal(paused.body['state'], 'paused')
    const { at, by, cause } = paused.body['paused'] as Record<string, string>
    assert.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 10_000)
    assert.match(String(by), /^apikey:/)
    assert.equal(cause, 'admin')
    const item = await stored(id)
    assert.equal(item.evt.type, 'latchkey.directory.paused.v1')
    assert.ok(!('mail' in item))
    const again = await admin.call('POST', `${path}/pause`)
    assert.deepEqual([again.body, tagOf(again)], [paused.body, tagOf(paused)])
    const resumed = await admin.call('POST', `${path}/resume`, { body: {} })
    assert.deepEqual([resumed.status, resumed.body['state']], [200, 'active'])
    assert.ok(!('paused' in resumed.body))
    assert.equal((await stored(id)).evt.type, 'latchkey.directory.resumed.v1')
    const still = await admin.call('POST', `${path}/resume`, { body: {} })
    assert.equal(tagOf(still), tagOf(resumed))
  })

  test('are resumed without the guard for some minutes, which a change leaves and a resume ends', async () => {
    const { id, path } = await created()
    await admin.call('POST', `${path}/pause`)
    const until = now() + 60 * 60
    const resumed = await admin.call('POST', `${path}/resume`, { body: { liftGuardMinutes: 60 } })
    const { liftedUntil } = resumed.body['guard'] as { liftedUntil: string }
    assert.ok(Math.abs(Date.parse(liftedUntil) / 1000 - until) < 10)
    const changed = await admin.call('PATCH', path, { body: { guard: { share: 30 } } })
    assert.deepEqual(changed.body['guard'], { share: 30, atLeast: 20, liftedUntil })
    const ended = await admin.call('POST', `${path}/resume`, { body: {} })
    assert.deepEqual(ended.body['guard'], { share: 30, atLeast: 20 })
    assert.equal((await stored(id)).evt.type, 'latchkey.directory.updated.v1')
    for (const liftGuardMinutes of [0, 61, 1.5, '5', null]) {
      const refused = await admin.call('POST', `${path}/resume`, { body: { liftGuardMinutes } })
      assert.equal(causeOf(refused), 'request_refused')
    }
  })

  test('do not show a lift that is over', async () => {
    const { id, path, answer } = await created()
    const key = scimKeys.directory(id)
    const item = await db.read(db.directory, key)
    const guard = { share: 20, atLeast: 20, liftedUntil: now() }
    await db.put(db.directory, { ...item, ...key, guard })
    assert.deepEqual((await admin.call('GET', path)).body, answer.body)
  })

  test('show an admin what the guard has done', async () => {
    const { id, path } = await created()
    const key = scimKeys.directory(id)
    const item = await db.read(db.directory, key)
    const paused = { at: 1_772_619_330, by: 'directory:guard', cause: 'guard' }
    await db.put(db.directory, { ...item, ...key, state: 'paused', paused })
    const shown = await admin.call('GET', path)
    assert.deepEqual(shown.body['paused'], { ...paused, at: isoTime(paused.at) })
  })

  describe('are removed', () => {
    const confirmed = '?confirm=Entra%20ID'

    async function settled(own = admin) {
      const made = await created(own)
      assert.equal((await own.call('POST', `${made.path}/pause`)).status, 200)
      await wasPaused(made.id, 20)
      return made
    }

    test('only by their name, paused for twenty seconds, and empty', async () => {
      const { id, path } = await created()
      for (const query of ['', '?confirm=', '?confirm=entra%20id']) {
        const refused = await admin.call('DELETE', `${path}${query}`)
        assert.equal(causeOf(refused), 'directory_confirmation_wrong')
      }
      assert.equal(causeOf(await admin.call('DELETE', path + confirmed)), 'directory_active')
      const paused = await admin.call('POST', `${path}/pause`)
      assert.equal(causeOf(await admin.call('DELETE', path + confirmed)), 'directory_active')
      await wasPaused(id, 20)
      const rows = [
        scimKeys.listedUser(id, Date.now(), newUserId()),
        scimKeys.listedGroup(id, Date.now(), `grp_${'a'.repeat(32)}`),
      ]
      for (const row of rows) {
        await db.put(db.directory, row)
        assert.equal(causeOf(await admin.call('DELETE', path + confirmed)), 'directory_not_empty')
        await db.remove(db.directory, row)
      }
      const headers = { 'if-match': '"1"' }
      const seen = await admin.call('DELETE', path + confirmed, { headers })
      assert.equal(causeOf(seen), 'changed_meanwhile')
      const last = { headers: { 'if-match': tagOf(paused) } }
      assert.equal((await admin.call('DELETE', path + confirmed, last)).status, 204)
      assert.equal(causeOf(await admin.call('DELETE', path + confirmed)), 'directory_unknown')
      assert.equal(causeOf(await admin.call('GET', path)), 'directory_unknown')
      assert.equal(causeOf(await admin.call('POST', `${path}/pause`)), 'directory_unknown')
    })

    test('whatever another directory holds, with tokens and counters, and another may come', async () => {
      const own = await newAdmin()
      const { id, path } = await settled(own)
      const other = await created(own)
      await db.put(db.directory, scimKeys.listedUser(other.id, 1, newUserId()))
      await db.put(db.directory, { ...scimKeys.count(id, 'u01'), n: 0 })
      await db.put(db.directory, scimKeys.guard(id))
      const body = { label: 'Sync', days: 40 }
      const made = await own.call('POST', `${path}/tokens`, { body })
      const tokenId = String(made.body['id']) as ScimTokenId
      for (let more = 0; more < 8; more++) await created(own)
      const tooMany = await own.call('POST', '/directories', { body: { name: 'x' } })
      assert.equal(causeOf(tooMany), 'too_many_directories')

      assert.equal((await own.call('DELETE', path + confirmed)).status, 204)
      const gone = [
        scimKeys.token(tokenId),
        scimKeys.liveTokens(id),
        scimKeys.scheduledToken(tokenId),
        scimKeys.count(id, 'u01'),
        scimKeys.guard(id),
      ]
      for (const key of gone) assert.equal(await db.read(db.directory, key), undefined, key.pk)
      const { evt, ...stone } = await stored(id)
      assert.equal(evt.type, 'latchkey.directory.removed.v1')
      const kept = ['pk', 'sk', 'directoryId', 'orgId', 'name', 'rev', 'removedAt', 'expiresAt']
      assert.deepEqual(new Set(Object.keys(stone)), new Set(kept))
      assert.equal(causeOf(await own.call('GET', `${path}/tokens`)), 'directory_unknown')
      assert.equal(causeOf(await own.call('POST', `${path}/tokens`, { body })), 'directory_unknown')
      await created(own)
    })
  })
})

describe('tokens of a directory', () => {
  let admin: Admin
  let db: Tables
  before(async () => {
    admin = await newAdmin()
    db = await tables()
    anyPath = (await newPath()).path
  })
  let anyPath: string

  async function newPath() {
    const answer = await admin.call('POST', '/directories', { body: { name: 'Okta' } })
    assert.equal(answer.status, 201, answer.text)
    const id = String(answer.body['id']) as DirectoryId
    return { id, path: `/directories/${id}/tokens` }
  }
  const made = async (path: string, body: object = { label: 'Okta, production' }) => {
    const answer = await admin.call('POST', path, { body })
    assert.equal(answer.status, 201, answer.text)
    return { ...answer.body, id: String(answer.body['id']) as ScimTokenId, text: answer.text }
  }
  const listed = async (path: string) => {
    const { body } = await admin.call('GET', path, { key: admin.keys.reader })
    return body['tokens'] as Record<string, unknown>[]
  }

  test('are shown once, and kept as a hash', async () => {
    const { id: directoryId, path } = await newPath()
    const token = await made(path, { label: ' Okta ', days: 365 })
    const secret = (JSON.parse(token.text) as { secret: string }).secret
    const read = readScimToken(secret)
    assert.equal(read?.id, token.id)
    const item = await db.read(db.directory, scimKeys.token(token.id))
    assert.equal(item?.['secretHash'], read.secretHash)
    const row = await db.read(db.directory, scimKeys.listedToken(directoryId, token.id))
    assert.ok(row && !('secretHash' in row))
    assert.equal((row['evt'] as { type: string }).type, 'latchkey.scim-token.created.v1')
    assert.ok(!JSON.stringify([item, row]).includes(secret.slice(-43)))
    const { createdAt, expiresAt, createdBy, ...rest } = (await listed(path))[0] ?? {}
    assert.deepEqual(rest, { id: token.id, label: 'Okta' })
    const life = (Date.parse(String(expiresAt)) - Date.parse(String(createdAt))) / 1000
    assert.equal(life, 365 * DAY)
    assert.match(String(createdBy), /^apikey:/)
  })

  test('tell when they were used last', async () => {
    const { path } = await newPath()
    const token = await made(path)
    const key = scimKeys.token(token.id)
    const item = await db.read(db.directory, key)
    await db.put(db.directory, { ...item, ...key, lastUsedAt: 1_772_619_330 })
    const [shown] = await listed(path)
    assert.equal(shown?.['lastUsedAt'], '2026-03-04T10:15:30.000Z')
    assert.ok(!('expiresAt' in shown))
  })

  test('are two at most, however many are asked for at once', async () => {
    const { path } = await newPath()
    const body = { label: 'One of many' }
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => admin.call('POST', path, { body })))
    const statuses = answers.map(({ status }) => status).toSorted()
    assert.deepEqual(statuses, [201, 201, 409, 409, 409])
    const refused = answers.find(({ status }) => status === 409) ?? assert.fail()
    assert.equal(causeOf(refused), 'too_many_scim_tokens')
    assert.equal((await listed(path)).length, 2)
  })

  test('that are revoked or have expired make room for others', async () => {
    const { id: directoryId, path } = await newPath()
    const [first, second] = [await made(path), await made(path, { label: 'Short', days: 1 })]
    assert.equal((await admin.call('DELETE', `${path}/${first.id}`)).status, 204)
    const again = await admin.call('DELETE', `${path}/${first.id}`)
    assert.equal(causeOf(again), 'scim_token_unknown')
    assert.equal(await db.read(db.directory, scimKeys.token(first.id)), undefined)
    const row = await db.read(db.directory, scimKeys.listedToken(directoryId, first.id))
    assert.ok(row)
    assert.equal((row['evt'] as { type: string }).type, 'latchkey.scim-token.revoked.v1')
    const third = await made(path)
    const key = scimKeys.liveTokens(directoryId)
    const live = (await db.read(db.directory, key)) as { tokens: { id: string }[] }
    const tokens = live.tokens.map((one) => (one.id === second.id ? { ...one, expiresAt: 1 } : one))
    await db.put(db.directory, { ...live, ...key, tokens })
    assert.deepEqual(
      (await listed(path)).map(({ id }) => id),
      [third.id],
    )
    const over = await admin.call('DELETE', `${path}/${second.id}`)
    assert.equal(causeOf(over), 'scim_token_unknown')
    const fourth = await made(path)
    assert.deepEqual(
      (await listed(path)).map(({ id }) => id),
      [third.id, fourth.id],
    )
  })

  test('of another directory are not revoked', async () => {
    const [one, other] = [await newPath(), await newPath()]
    const token = await made(one.path)
    const refused = await admin.call('DELETE', `${other.path}/${token.id}`)
    assert.equal(causeOf(refused), 'scim_token_unknown')
    assert.equal((await listed(one.path)).length, 1)
  })

  test('are in the schedule where there is something to warn of', async () => {
    const { id: directoryId, path } = await newPath()
    for (const [days, before] of [
      [365, 30],
      [30, 7],
      [7, 1],
      [1, undefined],
      [undefined, undefined],
    ] as const) {
      const token = await made(path, { label: 'x', days })
      const row = await db.read(db.directory, scimKeys.scheduledToken(token.id))
      if (before === undefined || days === undefined) assert.equal(row, undefined)
      else {
        const { dueAt, expiresAt, pk: _, sk: __, ...rest } = row ?? {}
        assert.equal(Number(expiresAt) - Number(dueAt), before * DAY)
        assert.deepEqual(rest, { tokenId: token.id, directoryId, orgId: admin.orgId })
      }
      assert.equal((await admin.call('DELETE', `${path}/${token.id}`)).status, 204)
      assert.equal(await db.read(db.directory, scimKeys.scheduledToken(token.id)), undefined)
    }
  })

  for (const body of [{}, { label: '' }, { label: 'x', days: 0 }, { label: 'x', days: 3651 }]) {
    test(`are not made of ${JSON.stringify(body)}`, async () => {
      assert.equal(causeOf(await admin.call('POST', anyPath, { body })), 'request_refused')
    })
  }
})

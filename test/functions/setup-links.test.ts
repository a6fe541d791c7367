import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newAdmin } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/setup-links/handler.ts')
type Admin = Awaited<ReturnType<typeof newAdmin>>
type Link = { id: string; secret: string; label: string; createdAt: string; expiresAt: string }

const DAY_MS = 24 * 3600 * 1000

describe('setup-links', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let admin: Admin
  before(async () => {
    await environmentOf('setup-links')
    handler = (await importHandler()).handler
    admin = await newAdmin()
  })

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, eventOf('setup-links'))
    assert.equal(answer.statusCode, 401)
  })

  /** As the list shows it. */
  async function linkAt(id: string, key = admin.keys.admin) {
    const { body } = await admin.call('GET', '/setup-links', { key })
    return (body['setupLinks'] as Link[]).find((link) => link.id === id)
  }

  test('creates a link, shows its secret once, lists it and revokes it', async () => {
    const body = { label: 'Grace of IT', days: 14 }
    const created = await admin.call('POST', '/setup-links', { body })
    assert.equal(created.status, 201, created.text)
    const { secret, ...link } = created.body as Link
    assert.match(secret, /^key_[0-9a-f]{32}_[\w-]{43}$/)
    assert.equal(Date.parse(link.expiresAt) - Date.parse(link.createdAt), 14 * DAY_MS)

    assert.deepEqual(await linkAt(link.id, admin.keys.reader), link)
    assert.equal((await admin.call('GET', '/idps', { key: secret })).status, 200)
    assert.equal((await admin.call('GET', '/setup-links', { key: secret })).status, 403)
    assert.equal((await admin.call('POST', '/setup-links', { key: secret, body })).status, 403)

    const other = await newAdmin()
    const path = `/setup-links/${link.id}`
    assert.equal((await other.call('DELETE', path)).status, 404)
    assert.equal((await admin.call('GET', '/idps', { key: secret })).status, 200)
    assert.equal((await admin.call('DELETE', path)).status, 204)
    assert.equal((await admin.call('DELETE', path)).status, 404)
    assert.equal((await admin.call('GET', '/idps', { key: secret })).status, 401)
    assert.equal(await linkAt(link.id), undefined)
  })

  test('revokes links and no other keys', async () => {
    const id = admin.keys.reader.slice(0, -44)
    assert.equal((await admin.call('DELETE', `/setup-links/${id}`)).status, 404)
    assert.equal((await admin.call('GET', '/idps', { key: admin.keys.reader })).status, 200)
  })

  const refused = [
    ['no label', {}],
    ['an empty label', { label: ' ' }],
    ['no day', { label: 'x', days: 0 }],
    ['fifteen days', { label: 'x', days: 15 }],
    ['half a day', { label: 'x', days: 0.5 }],
    ['a role', { label: 'x', role: 'admin' }],
  ] as const
  for (const [name, body] of refused) {
    test(`refuses ${name}`, async () => {
      assert.equal((await admin.call('POST', '/setup-links', { body })).status, 422)
    })
  }

  test('allows fifty that are not over', async () => {
    const own = await newAdmin()
    const create = () => own.call('POST', '/setup-links', { body: { label: 'x' } })
    const mostBeside = 50 - 1 // with that of `own.keys`
    for (let i = 0; i < mostBeside; i++) assert.equal((await create()).status, 201)
    const late = await create()
    assert.equal(late.status, 409)
    assert.equal(late.body['type'], 'urn:latchkey:problem:too_many_links')
  })
})

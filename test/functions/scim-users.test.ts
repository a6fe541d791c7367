import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newDirectory, type ScimResponse, type TestDirectory } from '#test/scim/new-directory.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

let directory: TestDirectory
let people = 0
before(async () => {
  directory = await newDirectory()
})

type Shown = Record<string, unknown> & { id: string; meta: Record<string, string> }
const shownBy = ({ body }: ScimResponse) => body as Shown
const refusal = ({ status, body }: ScimResponse) => [status, body['scimType']]

/** A document of somebody who has an address in the organization's domain. */
function document(changes: Record<string, unknown> = {}, own = directory) {
  people += 1
  const userName = `ada.${people}@${own.domain}`
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    name: { givenName: 'Ada', familyName: `King ${people}` },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: true,
    ...changes,
  }
}

async function create(changes: Record<string, unknown> = {}, own = directory) {
  const created = await own.call('POST', '/Users', document(changes, own))
  assert.equal(created.status, 201, created.text)
  return shownBy(created)
}

describe('scim-users', () => {
  test('refuses a token that nobody has', async (t) => {
    await environmentOf('scim-users')
    const { handler } = await import('#functions/scim-users/handler.ts')
    const { answer } = await invoke(t, handler, eventOf('scim-users'))
    assert.equal(answer.statusCode, 401)
  })

  test('creates, shows, lists, replaces, changes and removes', async () => {
    const sent = document({ externalId: 'x1' })
    const created = await directory.call('POST', '/Users', sent)
    assert.equal(created.status, 201, created.text)
    const { id, meta, ...rest } = shownBy(created)
    assert.deepEqual(rest, sent)
    assert.match(id, /^usr_[0-9a-f]{32}$/)
    const path = `/Users/${id}`
    assert.equal(created.headers.get('location'), `${directory.baseUrl}${path}`)
    assert.equal(created.headers.get('etag'), 'W/"1"')
    assert.equal(meta['version'], 'W/"1"')
    const shown = await directory.call('GET', path)
    assert.deepEqual(shown.body, created.body)
    const replaced = await directory.call('PUT', path, { ...shown.body, title: 'Countess' })
    assert.equal(replaced.status, 200, replaced.text)
    assert.equal(replaced.body['title'], 'Countess')
    assert.equal(replaced.headers.get('etag'), 'W/"2"')
    const operations = [{ op: 'Replace', path: 'nickName', value: 'A' }]
    const patched = await directory.call('PATCH', path, { Operations: operations })
    assert.equal(patched.status, 200, patched.text)
    assert.equal(patched.body['nickName'], 'A')
    const filter = encodeURIComponent(`userName eq "${sent.userName.toUpperCase()}"`)
    const found = await directory.call('GET', `/Users?filter=${filter}`)
    assert.equal(found.body['totalResults'], 1, found.text)
    const removed = await directory.call('DELETE', path)
    assert.deepEqual([removed.status, removed.text], [204, ''])
    assert.equal((await directory.call('DELETE', path)).status, 404)
    assert.equal((await directory.call('GET', path)).status, 404)
    const gone = await directory.call('GET', `/Users?filter=${filter}`)
    assert.equal(gone.body['totalResults'], 0)
  })
})

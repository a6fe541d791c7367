import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { endpoints } from '#infra/routes.ts'
import { newIdpId, newOrgId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { newCertificates } from '#test/shared/idps/certificates.ts'
import { type Answer, newAdmin, newApiKey, read, tagOf } from './admin-client.ts'
import { idpMetadata } from './idp-metadata.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>
type Provider = {
  id: string
  state: string
  settings: Record<string, unknown>
  connection: {
    entityId: string
    singleSignOn: object
    certificates: { fingerprint: string; state: string }[]
  }
  source: object
  previous?: { entityId: string }
  warnings: { code: string }[]
  tasks: object[]
}

/** A fresh one for each group, as an organization has twenty providers at most. */
let admin: Admin
const useNewAdmin = () =>
  before(async () => {
    admin = await newAdmin()
  })

const providerIn = ({ body }: Answer) => body as unknown as Provider
const newEntityId = () => `https://${randomUUID()}.idp.example`
const file = (entityId: string) => ({ kind: 'file', document: idpMetadata({ entityId }) })
const parameters = {
  kind: 'parameters',
  entityId: 'urn:example:idp',
  singleSignOn: { binding: 'post', url: 'https://idp.example/sso' },
  certificates: [keys.provider.certificate],
}

function assertProblem(answer: Answer, status: number, cause: string) {
  assert.equal(answer.status, status, answer.text)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(answer.body['type'], `urn:latchkey:problem:${cause}`)
  assert.equal(answer.body['status'], status)
}

const fieldsOf = ({ body }: Answer) =>
  (body['problems'] as { field: string; cause: string }[]).map(
    ({ field, cause }) => `${field} ${cause}`,
  )

const routes = endpoints
  .filter(({ fn }) => fn === 'idps' || fn === 'setup-links')
  .flatMap(({ routes: own }) => [...own])
const pathOf = (path: string, idpId: string) =>
  path
    .replace('/orgs/{organization}', '')
    .replace('{idp}', idpId)
    .replace('{fingerprint}', '00')
    .replace('{task}', 'update-provider')
    .replace('{test}', 'tst_00000000000000000000000000000000')
    .replace('{link}', 'key_00000000000000000000000000000000')

describe('every route of the administration API', () => {
  useNewAdmin()
  assert.ok(routes.length > 20)
  let foreign: string
  let gone: string
  before(async () => {
    foreign = (await (await newAdmin()).create()).id
    gone = (await admin.create()).id
    await admin.call('DELETE', `/idps/${gone}?confirm=Acme%20sign-in`)
  })
  for (const { method, path } of routes) {
    const name = `${method} ${path}`
    const call = (options: Parameters<Admin['call']>[2], idpId: string = newIdpId()) =>
      admin.call(method, pathOf(path, idpId), options)

    test(`${name} is closed to who has no key, or one that is wrong or over`, async () => {
      const unknown = `key_${'0'.repeat(32)}_${'A'.repeat(43)}`
      const wrong = `${admin.keys.admin.slice(0, -43)}${'A'.repeat(43)}`
      // Over for years: TTL leaves that alone, while tests compare all that is stored.
      const over = await newApiKey(admin.orgId, 'admin', 1 - toSeconds(epochMilliseconds()))
      const answers = await Promise.all(
        ['', 'x', unknown, wrong, over].map((key) => call({ key, body: {} })),
      )
      for (const answer of answers) {
        assertProblem(answer, 401, 'unauthorized')
        assert.equal(answer.text, answers[0]?.text)
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="latchkey"')
      }
    })

    test(`${name} does not exist for another organization`, async () => {
      const key = await newApiKey(newOrgId(), 'admin')
      assertProblem(await call({ key, body: {} }), 404, 'not_found')
    })

    if (method !== 'GET') {
      test(`${name} is closed to a reader`, async () => {
        assertProblem(await call({ key: admin.keys.reader, body: {} }), 403, 'forbidden')
      })
    }

    if (path.includes('{idp}') && !path.includes('{test}')) {
      test(`${name} knows no provider of another organization, removed or invented`, async () => {
        const headers = { 'if-match': '*' }
        for (const idpId of [foreign, gone, newIdpId(), 'x']) {
          const answer = await call({ headers, body: bodyFor(path, method) }, idpId)
          assertProblem(answer, 404, 'provider_unknown')
        }
      })
    }
  }
})

function bodyFor(path: string, method: string) {
  if (path.endsWith('/connection')) return { source: parameters }
  return method === 'PATCH' ? {} : { certificate: keys.next.certificate }
}

describe('a setup key', () => {
  useNewAdmin()
  const forbidden = [
    ['POST', '/activate'],
    ['POST', '/deactivate'],
    ['DELETE', '?confirm=x'],
  ] as const
  for (const [method, path] of forbidden) {
    test(`may not ${method} ${path}`, async () => {
      const { path: provider } = await admin.create()
      const answer = await admin.call(method, `${provider}${path}`, { key: admin.keys.setup })
      assertProblem(answer, 403, 'forbidden')
    })
  }

  test('may create and configure', async () => {
    const key = admin.keys.setup
    const body = { source: file(newEntityId()), settings: { name: 'By IT' } }
    const created = await admin.call('POST', '/idps', { key, body })
    assert.equal(created.status, 201)
    const path = `/idps/${created.body['id']}`
    const options = { key, headers: { 'if-match': tagOf(created) }, body: { name: 'Renamed' } }
    assert.equal((await admin.call('PATCH', path, options)).status, 200)
  })
})

describe('POST /idps', () => {
  useNewAdmin()
  test('creates an inactive provider, and says where it is', async () => {
    const { created, id, entityId } = await admin.create({ settings: { kind: 'okta' } })
    const url = `${admin.stack.url}/orgs/${admin.orgId}/idps/${id}`
    assert.equal(created.headers.get('location'), url)
    assert.equal(tagOf(created), '"1.1"')
    const provider = providerIn(created)
    assert.equal(provider.state, 'inactive')
    assert.equal(provider.connection.entityId, entityId)
    assert.deepEqual(provider.settings, {
      name: 'Acme sign-in',
      kind: 'okta',
      identifiers: 'shared',
      allowsUnsolicited: true,
      clockSkewSeconds: 120,
      defaultProduct: 'meetings',
      attributeNames: {},
    })
    const shown = await admin.call('GET', `/idps/${id}`)
    assert.deepEqual(shown.body, created.body)
    assert.equal(tagOf(shown), '"1.1"')
    assert.deepEqual(created.body['verifiedDomains'], [admin.domain])
    assert.doesNotMatch(created.text, /spki/)
  })

  test('takes parameters, and tells of each what is wrong with it', async () => {
    const source = {
      ...parameters,
      entityId: ' ',
      singleSignOn: { binding: 'post', url: 'ftp://idp.example/sso' },
      certificates: [keys.provider.certificate, 'not a certificate'],
    }
    const settings = { name: 'X', defaultProduct: 'unheard-of', routedDomains: ['b.example'] }
    const refused = await admin.call('POST', '/idps', { body: { source, settings } })
    assertProblem(refused, 422, 'source_refused')
    assert.deepEqual(
      fieldsOf(refused).map((text) => text.split(' ')[0]),
      ['entityId', 'singleSignOn.url', 'certificates[1]', 'defaultProduct', 'routedDomains[0]'],
    )
    const good = { ...parameters, entityId: `urn:${randomUUID()}` }
    const created = await admin.call('POST', '/idps', {
      body: { source: good, settings: { name: 'X', routedDomains: [admin.domain] } },
    })
    assert.equal(created.status, 201, created.text)
    assert.deepEqual(providerIn(created).connection.singleSignOn, parameters.singleSignOn)
  })

  const malformed = [
    ['no body', undefined, 415, 'unsupported_type'],
    ['broken JSON', '{', 400, 'body_malformed'],
    ['a list', [], 422, 'request_refused'],
    ['no settings', { source: parameters }, 422, 'request_refused'],
    ['an unknown kind of source', { source: { kind: 'x' }, settings: {} }, 422, 'request_refused'],
    [
      'an unknown setting',
      { source: parameters, settings: { name: 'X', state: 'active' } },
      422,
      'request_refused',
    ],
    ['an empty name', { source: parameters, settings: { name: ' ' } }, 422, 'request_refused'],
    [
      'a clock skew of two hours',
      { source: parameters, settings: { name: 'X', clockSkewSeconds: 7200 } },
      422,
      'request_refused',
    ],
    [
      'an unknown product',
      { source: parameters, settings: { name: 'X', defaultProduct: 'x' } },
      422,
      'settings_refused',
    ],
    [
      'http metadata',
      { source: { kind: 'url', url: 'http://a.example/' }, settings: { name: 'X' } },
      422,
      'source_refused',
    ],
    [
      'metadata inside',
      { source: { kind: 'url', url: 'https://169.254.169.254/' }, settings: { name: 'X' } },
      422,
      'source_refused',
    ],
    [
      'no metadata',
      { source: { kind: 'file', document: '<html/>' }, settings: { name: 'X' } },
      422,
      'source_refused',
    ],
  ] as const
  for (const [name, body, status, cause] of malformed) {
    test(`refuses ${name}`, async () => {
      assertProblem(await admin.call('POST', '/idps', { body }), status, cause)
    })
  }

  test('refuses a body of more than 1.5 MB', async () => {
    const body = { source: { kind: 'file', document: 'x'.repeat(1_600_000) }, settings: {} }
    assertProblem(await admin.call('POST', '/idps', { body }), 413, 'too_large')
  })

  test('refuses an entity ID that another organization uses, without a word on whose it is', async () => {
    const other = await newAdmin()
    const { entityId } = await other.create()
    const body = { source: file(entityId), settings: { name: 'X' } }
    const refused = await admin.call('POST', '/idps', { body })
    assertProblem(refused, 409, 'entity_id_taken')
    assert.ok(!refused.text.includes(other.orgId))
    const own = { ...body, settings: { name: 'X', identifiers: 'organization' } }
    assert.equal((await admin.call('POST', '/idps', { body: own })).status, 201)
  })

  test('answers a call that comes again as it did, also when both come at once', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { source: file(newEntityId()), settings: { name: 'Once' } }
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => admin.call('POST', '/idps', { headers, body })),
    )
    answers.push(await admin.call('POST', '/idps', { headers, body }))
    for (const { status, text } of answers) {
      assert.equal(status, 201)
      assert.equal(text, answers[0]?.text)
    }
    const another = { ...body, settings: { name: 'Twice' } }
    assertProblem(await admin.call('POST', '/idps', { headers, body: another }), 422, 'key_reused')
    const listed = await admin.call('GET', '/idps?limit=100')
    assert.equal(listed.text.split('"Once"').length, 2)
  })

  test('lets a call be repeated that was refused', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const bad = { source: file(newEntityId()), settings: { name: 'X', defaultProduct: 'x' } }
    assert.equal((await admin.call('POST', '/idps', { headers, body: bad })).status, 422)
    const good = { ...bad, settings: { name: 'X' } }
    assert.equal((await admin.call('POST', '/idps', { headers, body: good })).status, 201)
  })
})

describe('POST /idps/preview', () => {
  useNewAdmin()
  test('shows what was read, and stores nothing', async () => {
    const entityId = newEntityId()
    const before = (await admin.call('GET', '/idps?limit=100')).text
    const shown = await admin.call('POST', '/idps/preview', { body: { source: file(entityId) } })
    assert.equal(shown.status, 200)
    assert.equal(shown.body['entityId'], entityId)
    const [certificate] = shown.body['certificates'] as { state: string; notAfter: string }[]
    assert.equal(certificate?.state, 'ok')
    assert.match(certificate.notAfter, /^\d{4}-\d\d-\d\dT/)
    assert.equal((await admin.call('GET', '/idps?limit=100')).text, before)
  })

  test('tells what is wrong', async () => {
    const source = { kind: 'file', document: '<!DOCTYPE x><x/>' }
    const refused = await admin.call('POST', '/idps/preview', { body: { source } })
    assertProblem(refused, 422, 'source_refused')
    assert.deepEqual(fieldsOf(refused), ['document xml_forbidden_construct'])
  })
})

describe('GET /idps', () => {
  useNewAdmin()
  test('lists providers in pages', async () => {
    const own = await newAdmin()
    const ids = [(await own.create()).id, (await own.create()).id, (await own.create()).id]
    const seen: string[] = []
    let query = '?limit=2'
    for (;;) {
      const page = await own.call('GET', `/idps${query}`, { key: own.keys.reader })
      assert.equal(page.status, 200)
      const rows = page.body['identityProviders'] as { id: string; state: string }[]
      seen.push(...rows.map(({ id }) => id))
      if (page.body['next'] === undefined) break
      query = `?limit=2&cursor=${page.body['next']}`
    }
    assert.deepEqual(new Set(seen), new Set(ids))
    assert.equal(seen.length, 3)
  })

  for (const query of [
    '?limit=0',
    '?limit=101',
    '?limit=x',
    '?cursor=x',
    '?limit=1&limit=2',
    '?a=1',
  ]) {
    test(`refuses ${query}`, async () => {
      assertProblem(await admin.call('GET', `/idps${query}`), 422, 'request_refused')
    })
  }
})

describe('PATCH /idps/{idp}', () => {
  useNewAdmin()
  const type = { 'content-type': 'application/merge-patch+json' }

  test('changes what is named, takes away what is null, and leaves the rest', async () => {
    const { path, tag } = await admin.create({ settings: { kind: 'okta', allowsSha1: true } })
    const body = {
      name: 'Renamed',
      allowsSha1: null,
      attributeNames: { email: ['mail'], groups: ['memberOf'] },
    }
    const changed = await admin.call('PATCH', path, { headers: { ...type, 'if-match': tag }, body })
    assert.equal(changed.status, 200, changed.text)
    const { settings } = providerIn(changed)
    assert.equal(settings['name'], 'Renamed')
    assert.equal(settings['kind'], 'okta')
    assert.equal('allowsSha1' in settings, false)
    assert.equal(tagOf(changed), '"2.1"')
    const less = { attributeNames: { groups: null } }
    const headers = { ...type, 'if-match': tagOf(changed) }
    const again = await admin.call('PATCH', path, { headers, body: less })
    assert.deepEqual(providerIn(again).settings['attributeNames'], { email: ['mail'] })
  })

  test('changes nothing where nothing differs', async () => {
    const { path, tag } = await admin.create()
    const headers = { 'if-match': tag }
    const same = await admin.call('PATCH', path, { headers, body: { name: 'Acme sign-in' } })
    assert.equal(same.status, 200)
    assert.equal(tagOf(same), tag)
  })

  test('needs to know which state is changed', async () => {
    const { path } = await admin.create()
    const body = { name: 'X' }
    assertProblem(await admin.call('PATCH', path, { body }), 428, 'precondition_required')
    const bad = await admin.call('PATCH', path, { headers: { 'if-match': '1.1' }, body })
    assertProblem(bad, 400, 'if_match_malformed')
  })

  test('takes the change of one of two admins who saw the same state', async () => {
    const { path, tag } = await admin.create()
    const headers = { 'if-match': tag }
    const answers = await Promise.all(
      ['A', 'B'].map((name) => admin.call('PATCH', path, { headers, body: { name } })),
    )
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 412]))
    const late = await admin.call('PATCH', path, { headers, body: { name: 'C' } })
    assertProblem(late, 412, 'changed_meanwhile')
  })

  const refused = [
    ['a setting that must be there', { name: null }, 'settings_refused'],
    ['an unknown setting', { state: 'active' }, 'request_refused'],
    ['an unknown attribute', { attributeNames: { role: ['x'] } }, 'request_refused'],
    ['a setting of another type', { allowsUnsolicited: 'no' }, 'request_refused'],
    ['an unknown product', { defaultProduct: 'x' }, 'settings_refused'],
    ['a domain of somebody else', { routedDomains: ['b.example'] }, 'settings_refused'],
    ['a list', [], 'request_refused'],
  ] as const
  for (const [name, body, cause] of refused) {
    test(`refuses ${name}`, async () => {
      const { path } = await admin.create()
      const answer = await admin.call('PATCH', path, { headers: { 'if-match': '*' }, body })
      assertProblem(answer, 422, cause)
    })
  }
})

describe('PUT /idps/{idp}/connection', () => {
  useNewAdmin()
  test('takes another connection, keeps the one before, and can bring it back', async () => {
    const { path, tag, entityId } = await admin.create()
    const next = newEntityId()
    const headers = { 'if-match': tag }
    const body = { source: { ...parameters, entityId: next } }
    assertProblem(
      await admin.call('PUT', `${path}/connection`, { body }),
      428,
      'precondition_required',
    )
    const changed = await admin.call('PUT', `${path}/connection`, { headers, body })
    assert.equal(changed.status, 200, changed.text)
    const { connection, previous, source } = providerIn(changed)
    assert.deepEqual([connection.entityId, previous?.entityId], [next, entityId])
    assert.deepEqual(source, { kind: 'parameters' })
    const stale = await admin.call('PUT', `${path}/connection`, { headers, body })
    assertProblem(stale, 412, 'changed_meanwhile')

    const restored = providerIn(
      await admin.call('POST', `${path}/connection/restore`, { headers: { 'if-match': '*' } }),
    )
    assert.deepEqual([restored.connection.entityId, restored.previous?.entityId], [entityId, next])
    assert.deepEqual(restored.source, { kind: 'file' })
  })

  test('refuses what cannot be read, and an entity ID that is taken', async () => {
    const { path } = await admin.create()
    const headers = { 'if-match': '*' }
    const call = (source: object) =>
      admin.call('PUT', `${path}/connection`, { headers, body: { source } })
    assertProblem(await call({ kind: 'file', document: 'x' }), 422, 'source_refused')
    const { entityId } = await admin.create()
    assertProblem(await call(file(entityId)), 409, 'entity_id_taken')
  })
})

describe('what cannot be done', () => {
  useNewAdmin()
  const impossible = [
    ['restore', 'POST', '/connection/restore', 'nothing_to_restore'],
    ['apply', 'POST', '/parked/apply', 'nothing_parked'],
    ['discard', 'POST', '/parked/discard', 'nothing_parked'],
    ['refresh', 'POST', '/refresh', 'no_metadata_url'],
  ] as const
  for (const [name, method, path, cause] of impossible) {
    test(`is told of ${name}`, async () => {
      const { path: provider } = await admin.create()
      const headers = { 'if-match': '*' }
      assertProblem(await admin.call(method, `${provider}${path}`, { headers }), 409, cause)
    })
  }
})

describe('certificates', () => {
  useNewAdmin()
  test('are added and removed, but not the last one, and not twice', async () => {
    const { path } = await admin.create()
    const add = (certificate: string) =>
      admin.call('POST', `${path}/certificates`, { body: { certificate } })
    const added = await add(keys.next.certificate)
    assert.equal(added.status, 200, added.text)
    const [first, second] = providerIn(added).connection.certificates
    assert.ok(first && second)
    assertProblem(await add(keys.next.certificate), 409, 'certificate_known')
    assertProblem(await add('x'), 422, 'certificate_refused')
    const remove = (print: string) => admin.call('DELETE', `${path}/certificates/${print}`)
    assertProblem(await remove('00'), 404, 'certificate_unknown')
    const removed = await remove(first.fingerprint)
    assert.deepEqual(
      providerIn(removed).connection.certificates.map(({ fingerprint }) => fingerprint),
      [second.fingerprint],
    )
    assertProblem(await remove(second.fingerprint), 409, 'certificate_last')
  })
})

describe('limits', () => {
  useNewAdmin()
  test('are ten certificates of a provider', async () => {
    const { path } = await admin.create()
    const [last, ...others] = await newCertificates(10)
    const add = (certificate = '') =>
      admin.call('POST', `${path}/certificates`, { body: { certificate } })
    for (const certificate of others) assert.equal((await add(certificate)).status, 200)
    assertProblem(await add(last), 409, 'certificates_too_many')
  })

  test('are twenty providers of an organization', async () => {
    const other = await newAdmin()
    for (let count = 1; count <= 20; count += 1) await other.create()
    const body = { source: file(newEntityId()), settings: { name: 'One more' } }
    assertProblem(await other.call('POST', '/idps', { body }), 409, 'too_many_providers')
  })

  test('are certificates that hold, where expired ones do not count', async () => {
    const [certificate = ''] = await newCertificates(1, { notBefore: 1e9, notAfter: 1.1e9 })
    const source = { ...parameters, entityId: newEntityId(), certificates: [certificate] }
    const settings = { name: 'Old', expiredCertificates: 'block' }
    const { body } = await admin.call('POST', '/idps', { body: { source, settings } })
    const refused = await admin.call('POST', `/idps/${body['id']}/activate`)
    assertProblem(refused, 409, 'certificates_expired')
  })
})

describe('an entity ID that somebody else has by now', () => {
  useNewAdmin()
  const headers = { 'if-match': '*' }

  test('keeps a provider from coming to the identifiers of all', async () => {
    const other = await newAdmin()
    const { entityId } = await other.create()
    const { path } = await admin.create({ entityId, settings: { identifiers: 'organization' } })
    const body = { identifiers: 'shared' }
    assertProblem(await admin.call('PATCH', path, { headers, body }), 409, 'entity_id_taken')
  })

  test('keeps a former connection from coming back', async () => {
    const { path, entityId } = await admin.create()
    const body = { source: file(newEntityId()) }
    assert.equal((await admin.call('PUT', `${path}/connection`, { headers, body })).status, 200)
    await (await newAdmin()).create({ entityId })
    const restored = await admin.call('POST', `${path}/connection/restore`, { headers })
    assertProblem(restored, 409, 'entity_id_taken')
  })
})

describe('changes that come at once', () => {
  useNewAdmin()
  test('are all made where no caller has said what it saw', async () => {
    const { path } = await admin.create()
    const made = await newCertificates(3)
    const answers = await Promise.all(
      made.map((certificate) =>
        admin.call('POST', `${path}/certificates`, { body: { certificate } }),
      ),
    )
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    const shown = providerIn(await admin.call('GET', path))
    assert.equal(shown.connection.certificates.length, 4)
  })
})

describe('DELETE /idps/{idp}', () => {
  useNewAdmin()
  test('needs the name, letter by letter', async () => {
    const { path, entityId } = await admin.create()
    for (const query of ['', '?confirm=', '?confirm=acme%20sign-in']) {
      assertProblem(await admin.call('DELETE', `${path}${query}`), 422, 'confirmation_wrong')
    }
    const headers = { 'if-match': '"9.9"' }
    const stale = await admin.call('DELETE', `${path}?confirm=Acme%20sign-in`, { headers })
    assertProblem(stale, 412, 'changed_meanwhile')
    const removed = await admin.call('DELETE', `${path}?confirm=Acme%20sign-in`)
    assert.deepEqual([removed.status, removed.text], [204, ''])
    assertProblem(await admin.call('GET', path), 404, 'provider_unknown')
    await admin.create({ entityId })
  })
})

describe('identifiers and guides', () => {
  useNewAdmin()
  const base = () => `${admin.stack.url}/saml`

  test('are what to enter at a provider that is still to be created', async () => {
    const shared = await admin.call('GET', '/idps/identifiers', { key: admin.keys.setup })
    assert.deepEqual(shared.body, {
      present: {
        entityId: `${base()}/sp`,
        acsUrl: `${base()}/acs`,
        sloUrl: `${base()}/slo`,
        metadataUrl: `${base()}/sp`,
      },
    })
    const own = await admin.call('GET', '/idps/identifiers?identifiers=organization')
    assert.match(own.text, new RegExp(`/saml/${admin.orgId}/acs`))
    const guide = await admin.call('GET', '/idps/guide?kind=okta&identifiers=organization')
    assert.equal(guide.status, 200)
    assert.match(guide.text, new RegExp(`/saml/${admin.orgId}/acs`))
    assertProblem(await admin.call('GET', '/idps/guide?kind=x'), 422, 'request_refused')
  })

  test('are the present and the former values, until the provider has been updated', async () => {
    const { path, tag } = await admin.create({ settings: { kind: 'okta' } })
    const headers = { 'if-match': tag }
    const changed = await admin.call('PATCH', path, {
      headers,
      body: { identifiers: 'organization' },
    })
    assert.equal(providerIn(changed).tasks.length, 1)
    const both = (await admin.call('GET', `${path}/identifiers`)).body as Record<
      'present' | 'former',
      { acsUrl: string }
    >
    assert.equal(both.former.acsUrl, `${base()}/acs`)
    assert.equal(both.present.acsUrl, `${base()}/${admin.orgId}/acs`)
    const guide = await admin.call('GET', `${path}/guide`)
    assert.match(guide.text, new RegExp(`/saml/${admin.orgId}/acs`))
    const { tasks } = (await admin.call('GET', `${path}/tasks`)).body as { tasks: { id: string }[] }
    assert.deepEqual(
      tasks.map(({ id }) => id),
      ['update-provider'],
    )
    assertProblem(await admin.call('POST', `${path}/tasks/other/done`), 404, 'task_unknown')
    const done = await admin.call('POST', `${path}/tasks/update-provider/done`)
    assert.deepEqual(providerIn(done).tasks, [])
    const only = await admin.call('GET', `${path}/identifiers`)
    assert.equal('former' in only.body, false)
    const again = await admin.call('POST', `${path}/tasks/update-provider/done`)
    assertProblem(again, 404, 'task_unknown')
  })

  test('are as they were once the switch is taken back', async () => {
    const { path } = await admin.create()
    const headers = { 'if-match': '*' }
    await admin.call('PATCH', path, { headers, body: { identifiers: 'organization' } })
    const back = await admin.call('PATCH', path, { headers, body: { identifiers: 'shared' } })
    assert.deepEqual(providerIn(back).tasks, [])
  })
})

test('a path that is none of the routes is not found', async () => {
  const answer = await fetch(`${admin.stack.url}/orgs/${admin.orgId}/idps/x/y`)
  assert.equal((await read(answer)).status, 404)
})

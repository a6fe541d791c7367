import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertError, newName, newScim, readAnswer, type Scim, urn } from './scim-client.ts'

/**
 * Proves what surrounds every request: who is let in (RFC 6750, RFC 7644 §2), which paths and
 * methods there are, content types (§3.8), sizes, and the form of errors (§3.12).
 */
let scim: Scim
let user: string
before(async () => {
  scim = await newScim()
  user = (await scim.user()).id
})

describe('a request without a good token', () => {
  const own = () => scim.token
  const refused: readonly (readonly [string, () => string | undefined])[] = [
    ['none', () => undefined],
    ['an empty header', () => ''],
    ['a scheme alone', () => 'Bearer'],
    ['another scheme', () => `Basic ${btoa(`x:${own()}`)}`],
    ['the secret without a scheme', own],
    ['what is no token', () => 'Bearer non-token'],
    [
      'a token of a good form that there is not',
      () => `Bearer sct_${'0'.repeat(32)}_${'A'.repeat(43)}`,
    ],
    [
      'its last letter changed',
      () => `Bearer ${own().slice(0, -1)}${own().endsWith('A') ? 'B' : 'A'}`,
    ],
    ['a letter more', () => `Bearer ${own()}A`],
    ['a letter less', () => `Bearer ${own().slice(0, -1)}`],
    ['the id without the secret', () => `Bearer ${own().slice(0, 36)}`],
  ]
  for (const [name, authorization] of refused) {
    test(`is 401 with ${name}, whatever it asks for`, async () => {
      const value = authorization()
      const headers: Record<string, string> = value === undefined ? {} : { authorization: value }
      const send = (method: string, path: string) =>
        fetch(`${scim.base}${path}`, {
          method,
          headers: { 'content-type': 'application/scim+json', ...headers },
          ...(method !== 'GET' && method !== 'DELETE' && { body: '{}' }),
        })
      for (const [method, path] of [
        ['GET', '/Users'],
        ['GET', `/Users/${user}`],
        ['POST', '/Users'],
        ['DELETE', `/Users/${user}`],
        ['GET', '/Schemas'],
        ['GET', '/Nothing'],
      ] as const) {
        const answer = await readAnswer(await send(method, path))
        assertError(answer, 401)
        assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
      }
      assert.equal((await scim.get(`/Users/${user}`)).status, 200)
    })
  }

  test('takes the scheme in any letter case', async () => {
    const headers = { authorization: `bEaReR ${own()}` }
    assert.equal((await scim.get('/Users', headers)).status, 200)
  })

  test('does not say what would be wrong with the request', async () => {
    const answer = await scim.get('/Users?filter=nonsense', { authorization: 'Bearer x' })
    assertError(answer, 401)
    assert.doesNotMatch(answer.text, /filter|nonsense/)
  })
})

describe('a path', () => {
  for (const path of [
    '',
    '/Nothing',
    '/users',
    '/Users/a/b',
    '/Groups/a/members',
    '/v2/Users',
    '/.search/x',
  ]) {
    test(`${path || 'of the base'} is not there: 404`, async () => {
      assertError(await scim.get(path), 404)
    })
  }

  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    test(`/Me is not for tokens of a directory: ${method} is 501 (§3.11)`, async () => {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
      assertError(await scim.call(method, '/Me', body), 501)
    })
  }

  const wrong = [
    ['DELETE', '/Users'],
    ['PUT', '/Users'],
    ['PATCH', '/Users'],
    ['DELETE', '/Groups'],
    ['PUT', '/Groups'],
    ['PATCH', '/Groups'],
    ['POST', '/Users/{user}'],
    ['POST', '/Groups/grp_00000000000000000000000000000000'],
    ['GET', '/Bulk'],
    ['DELETE', '/.search'],
  ] as const
  for (const [method, path] of wrong) {
    test(`${path} knows no ${method}: 405`, async () => {
      const body = method === 'DELETE' || method === 'GET' ? {} : { body: { userName: 'x' } }
      assertError(await scim.call(method, path.replace('{user}', user), body), 405)
    })
  }
})

describe('a body', () => {
  const body = () => JSON.stringify({ schemas: [urn.user], userName: newName() })
  const send = (type: string | undefined) =>
    scim.call('POST', '/Users', {
      body: body(),
      headers: type === undefined ? {} : { 'content-type': type },
    })

  for (const type of [
    'application/scim+json',
    'application/json',
    'application/scim+json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/SCIM+JSON',
  ]) {
    test(`of ${type} is taken, and answered by application/scim+json`, async () => {
      const answer = await send(type)
      assert.equal(answer.status, 201, answer.text)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/)
    })
  }

  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'x']) {
    test(`of ${type} is 415`, async () => {
      assertError(await send(type), 415)
    })
  }

  for (const accept of ['application/json', 'application/scim+json', '*/*', 'text/html']) {
    test(`is asked for as ${accept}, and is application/scim+json`, async () => {
      const answer = await scim.get(`/Users/${user}`, { accept })
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/)
    })
  }

  test('of more than 1 MB is 413, and makes nothing', async () => {
    const userName = newName()
    const tooMuch = { userName, title: 'x'.repeat(1_100_000) }
    assertError(await scim.post('/Users', tooMuch), 413)
    assert.equal((await scim.find('/Users', `userName eq "${userName}"`)).body['totalResults'], 0)
  })

  test('of a user of more than 128 KB is refused', async () => {
    const answer = await scim.post('/Users', { userName: newName(), title: 'x'.repeat(200_000) })
    assertError(answer, 400, 'invalidValue')
  })

  test('nested a thousand times is refused', async () => {
    const deep = `{"userName":"x","name":${'['.repeat(1000)}${']'.repeat(1000)}}`
    assertError(await scim.call('POST', '/Users', { body: deep }), 400, 'invalidSyntax')
  })

  test('that is not UTF-8 is no fault of ours', async () => {
    const response = await fetch(`${scim.base}/Users`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${scim.token}`,
        'content-type': 'application/scim+json',
      },
      body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    })
    assert.equal((await readAnswer(response)).status, 400)
  })

  test('with half a surrogate is refused', async () => {
    const raw = `{"userName":"${newName()}","title":"\\ud800 half"}`
    assertError(await scim.call('POST', '/Users', { body: raw }), 400, 'invalidValue')
  })

  test('with 5,000 values in a list is refused', async () => {
    const roles = Array.from({ length: 5000 }, (_, n) => ({ value: `r${n}` }))
    assertError(await scim.post('/Users', { userName: newName(), roles }), 400, 'invalidValue')
  })

  test('with more than 80 e-mails is refused', async () => {
    const emails = (length: number) =>
      Array.from({ length }, (_, n) => ({ value: `e${n}@nowhere.example` }))
    const many = await scim.post('/Users', { userName: newName(), emails: emails(81) })
    assertError(many, 400, 'invalidValue')
    const user = await scim.user({ emails: emails(80) })
    const found = await scim.find(
      '/Users',
      `id eq "${user.id}" and emails eq "e79@nowhere.example"`,
    )
    assert.equal(found.body['totalResults'], 1)
  })
})

describe('an error', () => {
  const errors: readonly (readonly [number, () => Promise<Parameters<typeof assertError>[0]>])[] = [
    [400, () => scim.get('/Users?filter=x')],
    [401, () => scim.get('/Users', { authorization: 'x' })],
    [403, () => scim.get('/Schemas?filter=id+pr')],
    [404, () => scim.get('/Users/x')],
    [405, () => scim.remove('/Users')],
    [409, async () => scim.post('/Users', await scim.user())],
    [412, () => scim.get(`/Users/${user}`, { 'if-match': '"x"' })],
    [413, () => scim.post('/Users', { userName: 'x'.repeat(1_100_000) })],
    [415, () => scim.call('POST', '/Users', { body: 'x', headers: { 'content-type': 'x/y' } })],
    [501, () => scim.get('/Me')],
  ]
  for (const [status, cause] of errors) {
    test(`${status} has schemas, the status as a text, and a detail`, async () => {
      const answer = await cause()
      assertError(answer, status, answer.body['scimType'] as string | undefined)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      const known = new Set(['schemas', 'status', 'scimType', 'detail'])
      assert.deepEqual(
        Object.keys(answer.body).filter((name) => !known.has(name)),
        [],
      )
    })
  }

  test('repeats no more than a little of what was sent', async () => {
    const answer = await scim.find('/Users', `title eq "${'secret '.repeat(500)}`)
    assert.equal(answer.status, 400)
    assert.ok(answer.text.length < 1000)
  })
})

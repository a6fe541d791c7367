import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { knownPaths } from '#shared/scim/discovery/known-paths.ts'
import { newDirectory, type TestDirectory } from '#test/scim/new-directory.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

let directory: TestDirectory
before(async () => {
  directory = await newDirectory()
})

const pathsShown = ['/ServiceProviderConfig', '/ResourceTypes', '/ResourceTypes/User', '/Schemas']
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'

type Resource = { id: string; schemas: string[]; meta: { resourceType: string; location: string } }
const resourcesOf = (body: Record<string, unknown>) => body['Resources'] as Resource[]

describe('scim-discovery', () => {
  test('refuses a token that nobody has', async (t) => {
    await environmentOf('scim-discovery')
    const { handler } = await import('#functions/scim-discovery/handler.ts')
    const { answer, lines } = await invoke(t, handler, eventOf('scim-discovery'))
    assert.equal(answer.statusCode, 401)
    assert.equal((JSON.parse(answer.body) as { status: string }).status, '401')
    assert.match(lines.join('\n'), /token_unknown/)
    assert.doesNotMatch(lines.join('\n'), /sct_0/)
  })

  test('tells what is supported', async () => {
    const { status, headers, body } = await directory.call('GET', '/ServiceProviderConfig')
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'application/scim+json; charset=utf-8')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.deepEqual(body['bulk'], {
      supported: true,
      maxOperations: 100,
      maxPayloadSize: 1_048_576,
    })
    assert.deepEqual(body['filter'], { supported: true, maxResults: 200 })
    for (const [name, supported] of [
      ['patch', true],
      ['etag', true],
      ['sort', false],
      ['changePassword', false],
    ] as const) {
      assert.deepEqual(body[name], { supported }, name)
    }
    assert.deepEqual(body['pagination'], {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 200,
      cursorTimeout: 3600,
    })
    assert.equal(
      (body['meta'] as Resource['meta']).location,
      `${directory.baseUrl}/ServiceProviderConfig`,
    )
  })

  test('lists the kinds of resources, and shows each at its location', async () => {
    const { body } = await directory.call('GET', '/ResourceTypes')
    assert.equal(body['totalResults'], 2)
    assert.deepEqual(
      resourcesOf(body).map(({ id }) => id),
      ['User', 'Group'],
    )
    for (const listed of resourcesOf(body)) {
      const one = await directory.call('GET', `/ResourceTypes/${listed.id}`)
      assert.equal(`${directory.baseUrl}/ResourceTypes/${listed.id}`, listed.meta.location)
      assert.deepEqual(one.body, listed)
    }
  })

  test('lists all schemas, and shows each at its location, in any letter case', async () => {
    const { body, text } = await directory.call('GET', '/Schemas')
    assert.equal(body['totalResults'], 6)
    assert.equal(body['itemsPerPage'], 6)
    assert.doesNotMatch(text, /null|undefined/)
    for (const listed of resourcesOf(body)) {
      const one = await fetch(listed.meta.location, {
        headers: { authorization: `Bearer ${directory.token}` },
      })
      assert.deepEqual(await one.json(), listed)
    }
    const shouted = await directory.call('GET', `/Schemas/${userSchema.toUpperCase()}`)
    assert.equal(shouted.body['id'], userSchema)
  })

  test('describes every attribute of what it answers itself', async () => {
    const { body } = await directory.call('GET', '/Schemas')
    const schemas = new Map(resourcesOf(body).map((one) => [one.id, one]))
    for (const path of [
      '/ServiceProviderConfig',
      '/ResourceTypes/User',
      `/Schemas/${userSchema}`,
    ]) {
      const { body: resource } = await directory.call('GET', path)
      const [urn = ''] = resource['schemas'] as string[]
      assertDescribed(path, resource, schemas.get(urn) as unknown as Described)
    }
  })

  for (const path of ['/ResourceTypes/Device', '/Schemas/urn:example:none', '/Schemas/__proto__']) {
    test(`does not know ${path}`, async () => {
      const { status, body } = await directory.call('GET', path)
      assert.equal(status, 404)
      assert.equal(body['status'], '404')
    })
  }

  for (const path of [...pathsShown, `/Schemas/${userSchema}`]) {
    test(`does not filter ${path}`, async () => {
      const { status } = await directory.call('GET', `${path}?filter=id+eq+%22User%22`)
      assert.equal(status, 403)
    })
  }

  test('takes no note of what a client accepts, sorts and pages', async () => {
    const headers = { accept: 'text/html' }
    const path = '/Schemas?sortBy=id&startIndex=3&count=1&attributes=id'
    const { status, body } = await directory.call('GET', path, undefined, { headers })
    assert.equal(status, 200)
    assert.equal(resourcesOf(body).length, 6)
  })
})

describe('what no other route of SCIM takes', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

  for (const method of methods) {
    for (const path of ['/Me', '/Me/x']) {
      test(`answers ${method} ${path} with 501`, async () => {
        const { status, body } = await directory.call(method, path)
        assert.deepEqual([status, body['status']], [501, '501'])
      })
    }

    for (const path of ['', '/Devices', '/Meat', '/Users/a/b', '/__proto__', '/Bulk/x/y']) {
      test(`knows nothing at ${method} ${path || 'the base URL'}`, async () => {
        const { status, headers, body } = await directory.call(method, path)
        assert.deepEqual([status, body['status']], [404, '404'])
        assert.equal(headers.get('content-type'), 'application/scim+json; charset=utf-8')
      })
    }

    const refused = Object.entries(knownPaths).filter(([, allow]) => !allow.includes(method))
    for (const [path, allow] of refused) {
      // `.search` has the form of an id where it takes no such method itself.
      if (path.endsWith('s/.search')) continue
      test(`tells that ${path} takes no ${method}`, async () => {
        const { status, headers } = await directory.call(method, path.replace('{id}', 'User'))
        assert.equal(status, 405)
        assert.equal(headers.get('allow'), allow.join(', '))
      })
    }
  }

  test('is there for who has a token only', async () => {
    const { status, headers } = await directory.call('GET', '/Me', undefined, { token: null })
    assert.equal(status, 401)
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer/)
  })
})

type Described = {
  name: string
  type: string
  multiValued: boolean
  required: boolean
  attributes?: Described[]
  subAttributes?: Described[]
}

const typeNames: Readonly<Record<string, string>> = { integer: 'number', reference: 'string' }

const COMMON = new Set(['schemas', 'id', 'meta'])

/** Holds a value against its schema: nothing is there that is not described, nor of another type. */
function assertDescribed(place: string, value: object, schema: Described): void {
  const attributes = schema.attributes ?? schema.subAttributes ?? []
  const own = Object.entries(value).filter(([name]) => !(schema.attributes && COMMON.has(name)))
  for (const [name, one] of own) {
    const described = attributes.find((attribute) => attribute.name === name)
    assert.ok(described, `${place}.${name} is not described`)
    assertOfType(`${place}.${name}`, one, described)
  }
  for (const { name } of attributes.filter(({ required }) => required)) {
    assert.ok(Object.hasOwn(value, name), `${place} lacks ${name}`)
  }
}

function assertOfType(place: string, value: unknown, described: Described): void {
  assert.equal(Array.isArray(value), described.multiValued, place)
  for (const one of [value].flat() as unknown[]) {
    if (described.type === 'complex') assertDescribed(place, one as object, described)
    else assert.equal(typeof one, typeNames[described.type] ?? described.type, place)
  }
}

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, assertList, newScim, resourcesOf, type Scim, urn } from './scim-client.ts'

/**
 * Proves that the discovery documents have the form of RFC 7644 §4, RFC 7643 §5-§7 and RFC 9865 §4,
 * and that limits and features are as they say. Attributes: see advertised.test.ts.
 */
const schemaOf = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`

let scim: Scim
before(async () => {
  scim = await newScim()
})

describe('ServiceProviderConfig', () => {
  test('has what RFC 7643 §5 wants of it', async () => {
    const { status, headers, body } = await scim.get('/ServiceProviderConfig')
    assert.equal(status, 200)
    assert.match(headers.get('content-type') ?? '', /^application\/scim\+json/)
    assertMatches(body, {
      schemas: [schemaOf('ServiceProviderConfig')],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: '~number', maxPayloadSize: '~number' },
      filter: { supported: true, maxResults: '~number' },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      authenticationSchemes: [
        { type: 'oauthbearertoken', name: '~/./', description: '~/./', specUri: '~/^https/' },
      ],
      meta: {
        resourceType: 'ServiceProviderConfig',
        location: `${scim.base}/ServiceProviderConfig`,
      },
    })
  })

  test('has the pagination of RFC 9865 §4', async () => {
    const { body } = await scim.get('/ServiceProviderConfig')
    assertMatches(body['pagination'], {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: '~number',
      maxPageSize: '~number',
      cursorTimeout: '~number',
    })
  })

  test('is no list and takes no id', async () => {
    assertError(await scim.get('/ServiceProviderConfig/1'), 404)
  })
})

describe('ResourceTypes', () => {
  const types = [
    ['User', '/Users', urn.user, [{ schema: urn.enterprise, required: false }]],
    ['Group', '/Groups', urn.group, '~unassigned'],
  ] as const

  test('are listed', async () => {
    const answer = await scim.get('/ResourceTypes')
    assertList(answer, types.length)
    const names = resourcesOf(answer).map(({ id }) => id)
    assert.deepEqual(names.toSorted(), ['Group', 'User'])
  })

  for (const [name, endpoint, schema, schemaExtensions] of types) {
    test(`include ${name}, which says where it is and what it is made of`, async () => {
      const { status, body } = await scim.get(`/ResourceTypes/${name}`)
      assert.equal(status, 200)
      const meta = {
        resourceType: 'ResourceType',
        location: `${scim.base}/ResourceTypes/${name}`,
      }
      const schemas = [schemaOf('ResourceType')]
      assertMatches(body, { schemas, id: name, name, endpoint, schema, schemaExtensions, meta })
      assertList(await scim.get(endpoint))
    })
  }

  test('do not include what there is not', async () => {
    assertError(await scim.get('/ResourceTypes/Device'), 404)
    assertError(await scim.get('/ResourceTypes/__proto__'), 404)
  })
})

describe('Schemas', () => {
  const ids = [urn.user, urn.group, urn.enterprise]

  test('are listed, without nulls', async () => {
    const answer = await scim.get('/Schemas')
    assertList(answer)
    const listed = resourcesOf(answer).map(({ id }) => id)
    assert.equal(answer.body['totalResults'], listed.length)
    for (const id of ids) assert.ok(listed.includes(id), id)
    assert.doesNotMatch(answer.text, /:null/)
  })

  for (const id of ids) {
    test(`include ${id.split(':').slice(-4).join(':')}, alone as in the list`, async () => {
      const { status, body } = await scim.get(`/Schemas/${id}`)
      assert.equal(status, 200)
      const listed = resourcesOf(await scim.get('/Schemas')).find((one) => one.id === id)
      assert.deepEqual(body, listed)
      const meta = { resourceType: 'Schema', location: `${scim.base}/Schemas/${id}` }
      assertMatches(body, { schemas: [schemaOf('Schema')], id, name: '~/./', meta })
    })
  }

  test('say of each attribute what RFC 7643 §7 wants', async () => {
    const words = {
      type: '~/^(?:string|boolean|decimal|integer|dateTime|reference|binary|complex)$/',
      mutability: '~/^(?:readOnly|readWrite|immutable|writeOnly)$/',
      returned: '~/^(?:always|never|default|request)$/',
      uniqueness: '~/^(?:none|server|global)$/',
    }
    const booleans = { multiValued: '~boolean', required: '~boolean' }
    const check = (attributes: readonly Record<string, unknown>[]) => {
      for (const one of attributes) {
        assertMatches(one, { name: '~/./', description: '~/./', ...words, ...booleans })
        const subs = one['subAttributes'] as readonly Record<string, unknown>[] | undefined
        assert.equal(one['type'] === 'complex', subs !== undefined, String(one['name']))
        if (one['type'] === 'reference') assertMatches(one['referenceTypes'], '~object')
        if (one['type'] === 'string') assertMatches(one['caseExact'], '~boolean')
        check(subs ?? [])
      }
    }
    for (const schema of resourcesOf(await scim.get('/Schemas'))) {
      check(schema['attributes'] as readonly Record<string, unknown>[])
    }
  })

  test('do not include what there is not', async () => {
    assertError(await scim.get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:Device'), 404)
  })
})

describe('discovery', () => {
  for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
    test(`of ${path} refuses a filter (RFC 7644 §4)`, async () => {
      assertError(await scim.find(path, 'id eq "User"'), 403)
    })

    test(`of ${path} passes over what it does not know`, async () => {
      assert.equal((await scim.get(`${path}?sortBy=id&startIndex=1&count=1&x=y`)).status, 200)
    })

    test(`of ${path} needs a token`, async () => {
      assertError(await scim.get(path, { authorization: '' }), 401)
    })

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      test(`of ${path} knows no ${method}`, async () => {
        const body = method === 'DELETE' ? {} : { body: {} }
        assertError(await scim.call(method, path, body), 405)
      })
    }
  }
})

describe('what is advertised', () => {
  const configured = async () => (await scim.get('/ServiceProviderConfig')).body

  test('of pages is so: no more than maxPageSize, defaultPageSize by default', async () => {
    const { pagination, filter } = (await configured()) as Record<
      'pagination' | 'filter',
      Record<string, number>
    >
    const { maxPageSize = 0, defaultPageSize = 0 } = pagination
    assert.equal(filter['maxResults'], maxPageSize)
    assert.ok(defaultPageSize <= maxPageSize)
    const own = await newScim()
    await own.user()
    const { status, body } = await own.get(`/Users?count=${maxPageSize + 1}`)
    assert.equal(status, 200)
    assertMatches(body, { itemsPerPage: 1, totalResults: 1 })
  })

  test('of sorting is so: sortBy is passed over', async () => {
    const own = await newScim()
    const names = ['b', 'a', 'c'].map((name) => `${name}@nowhere.example`)
    for (const userName of names) await own.user({ userName })
    const answer = await own.get('/Users?sortBy=userName&sortOrder=descending')
    assert.deepEqual(
      resourcesOf(answer).map((user) => user['userName']),
      names,
    )
  })

  test('of ETags is so: resources have one', async () => {
    const { id } = await scim.user()
    assert.match((await scim.get(`/Users/${id}`)).headers.get('etag') ?? '', /^W\/"/)
  })

  test('of bulk limits is so', async () => {
    const { bulk } = (await configured()) as { bulk: Record<string, number> }
    const { maxOperations = 0, maxPayloadSize = 0 } = bulk
    assert.ok(maxOperations >= 100 && maxPayloadSize >= 100_000)
  })
})

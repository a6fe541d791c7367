import assert from 'node:assert/strict'
import { before, describe, type TestContext, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, newScim, resourcesOf, type Scim, urn } from './scim-client.ts'

/**
 * Proves that /Schemas tells the truth: for each attribute that is advertised, whether it can be
 * written, read back, found, changed and removed, and whether mutability, returned, uniqueness and
 * caseExact hold. The attributes are read from the running service, so a new one is held to it, too.
 */
type Advertised = {
  name: string
  type: string
  multiValued: boolean
  required: boolean
  caseExact: boolean
  mutability: string
  returned: string
  uniqueness: string
  subAttributes?: readonly Advertised[]
}

/** An attribute by its path in filters and PATCH, and a document that has a value there. */
type Place = {
  path: string
  /** The path of a list's values. */
  inList: string | undefined
  attribute: Advertised
  document: (value: unknown) => Record<string, unknown>
  /** Where the value is read. */
  read: (document: Record<string, unknown>) => unknown
}

type Values = Record<string, unknown>
const asValues = (value: unknown) => (value ?? {}) as Values

/** What stands for itself only: members and groups are items, passwords are thrown away. */
const elsewhere = new Set(['password', 'groups', 'members'])

function placesOf(schema: string, attributes: readonly Advertised[]): readonly Place[] {
  const isExtension = schema === urn.enterprise
  const before = isExtension ? `${schema}:` : ''
  const wrap = (inner: Values): Values => (isExtension ? { [schema]: inner } : inner)
  const open = (document: Values) => (isExtension ? asValues(document[schema]) : document)
  return attributes
    .filter(({ name }) => !elsewhere.has(name))
    .flatMap((attribute) => {
      const { name, multiValued, subAttributes } = attribute
      const path = `${before}${name}`
      if (!subAttributes) {
        const document = (value: unknown) => wrap({ [name]: value })
        return [{ path, inList: undefined, attribute, document, read: (d) => open(d)[name] }]
      }
      return subAttributes.map((sub): Place => {
        const put = (value: unknown) => ({ [sub.name]: value })
        return {
          path: `${path}.${sub.name}`,
          inList: multiValued ? path : undefined,
          attribute: sub,
          document: (value) => wrap({ [name]: multiValued ? [put(value)] : put(value) }),
          read: (d) => {
            const value = open(d)[name]
            return asValues(multiValued ? (value as unknown[] | undefined)?.[0] : value)[sub.name]
          },
        }
      })
    })
}

let scim: Scim
let schemas: readonly { id: string; attributes: readonly Advertised[] }[]
before(async () => {
  scim = await newScim()
  schemas = resourcesOf(await scim.get('/Schemas')) as unknown as typeof schemas
})

const attributesOf = (urnOf: string) =>
  schemas.find(({ id }) => id === urnOf)?.attributes ?? assert.fail(`no ${urnOf}`)

let count = 0
/** Another number each time. */
function next(): number {
  count += 1
  return count
}

/** Another value each time. */
function valueFor({ type }: Advertised, isOther = false): unknown {
  if (type === 'boolean') return !isOther
  if (type === 'reference') return `https://nowhere.example/Value/${next()}`
  return `Value ${next()}`
}

const literal = (value: unknown) => JSON.stringify(value)

/** Writes, reads, finds, changes and removes it. */
async function holds({ path, inList, attribute, document, read }: Place): Promise<void> {
  const value = valueFor(attribute)
  const given = document(value)
  const isName = path === 'userName'
  const user = await scim.user(given)
  assert.deepEqual(read(user), value, 'as it is answered at its creation')
  assert.deepEqual(read(await scim.read(`/Users/${user.id}`)), value, 'as it is read')

  const isFound = async (filter: string) =>
    resourcesOf(await scim.find('/Users', filter)).some(({ id }) => id === user.id)
  const isIt = `${path} eq ${literal(value)}`
  assert.ok(await isFound(`id eq "${user.id}" and ${isIt}`), `${isIt} finds it`)
  assert.ok(await isFound(`id eq "${user.id}" and ${path} pr`), `${path} pr finds it`)
  assert.ok(await isFound(`${path.toUpperCase()} eq ${literal(value)}`), 'by a name in capitals')

  const other = valueFor(attribute, true)
  const target = inList ?? path
  const put = inList === undefined ? other : document(other)[inList]
  const changed = await scim.patch(`/Users/${user.id}`, [
    { op: 'replace', path: target, value: put },
  ])
  assert.equal(changed.status, 200, changed.text)
  assert.deepEqual(read(changed.body), other, 'as it is changed')
  assert.ok(!(await isFound(`id eq "${user.id}" and ${isIt}`)), 'the old value finds nothing')

  const removed = await scim.patch(`/Users/${user.id}`, [{ op: 'remove', path: target }])
  if (isName) {
    assertError(removed, 400, 'mutability')
  } else {
    assert.equal(removed.status, 200, removed.text)
    assert.equal(read(removed.body), undefined, 'as it is removed')
    assert.ok(!(await isFound(`id eq "${user.id}" and ${path} pr`)), 'pr finds nothing')
  }
}

describe('each attribute that is advertised', () => {
  for (const schema of [urn.user, urn.enterprise]) {
    test(`of ${schema} is written, read, found, changed and removed`, async (t: TestContext) => {
      for (const place of placesOf(schema, attributesOf(schema))) {
        await t.test(place.path, () => holds(place))
      }
    })
  }

  test('of a group is written, read, found and changed', async (t) => {
    for (const { name } of attributesOf(urn.group).filter((one) => !elsewhere.has(one.name))) {
      await t.test(name, async () => {
        const value = `Value ${next()}`
        const group = await scim.group([], { [name]: value })
        assert.equal(group[name], value)
        const filter = `${name} eq "${value.toUpperCase()}"`
        assertMatches((await scim.find('/Groups', filter)).body, { Resources: [{ id: group.id }] })
        const other = { op: 'replace', path: name, value: `${value} again` }
        assert.equal((await scim.patch(`/Groups/${group.id}`, [other])).status, 204)
        assert.equal((await scim.read(`/Groups/${group.id}`))[name], `${value} again`)
      })
    }
  })
})

describe('letter case', () => {
  test('matters in filters exactly where caseExact says so', async (t) => {
    for (const schema of [urn.user, urn.enterprise]) {
      const places = placesOf(schema, attributesOf(schema))
      for (const place of places.filter(({ attribute }) => attribute.type !== 'boolean')) {
        const { path, attribute, document } = place
        await t.test(`${path}: ${attribute.caseExact}`, async () => {
          const value = String(valueFor(attribute))
          const { id } = await scim.user(document(value))
          const filter = `id eq "${id}" and ${path} eq "${value.toUpperCase()}"`
          const found = resourcesOf(await scim.find('/Users', filter)).length
          assert.equal(found, attribute.caseExact ? 0 : 1)
        })
      }
    }
  })

  test('matters for externalId (RFC 7643 §3.1)', async () => {
    const { id } = await scim.user({ externalId: 'Abc-1' })
    const found = async (filter: string) => resourcesOf(await scim.find('/Users', filter)).length
    assert.equal(await found(`id eq "${id}" and externalId eq "Abc-1"`), 1)
    assert.equal(await found('externalId eq "Abc-1"'), 1)
    assert.equal(await found('externalId eq "ABC-1"'), 0)
  })
})

describe('what is advertised', () => {
  test('as required is refused where it is missing, null or empty', async () => {
    for (const userName of [undefined, null, '']) {
      assertError(await scim.post('/Users', { schemas: [urn.user], userName }), 400, 'invalidValue')
    }
    for (const displayName of [undefined, null, '']) {
      const group = { schemas: [urn.group], displayName }
      assertError(await scim.post('/Groups', group), 400, 'invalidValue')
    }
  })

  test('as unique is refused a second time, in any letter case', async () => {
    const { userName } = await scim.user()
    const { displayName } = await scim.group()
    for (const change of [(text: string) => text, (text: string) => text.toUpperCase()]) {
      const user = { schemas: [urn.user], userName: change(String(userName)) }
      assertError(await scim.post('/Users', user), 409, 'uniqueness')
      const group = { schemas: [urn.group], displayName: change(String(displayName)) }
      assertError(await scim.post('/Groups', group), 409, 'uniqueness')
    }
  })

  test('as writeOnly and never returned is taken, and neither answered nor found', async () => {
    const user = await scim.user({ password: 'correct horse' })
    assert.ok(!('password' in user))
    const read = await scim.get(`/Users/${user.id}?attributes=password`)
    assert.ok(!('password' in read.body))
    assertError(await scim.find('/Users', 'password eq "correct horse"'), 403, 'sensitive')
    assertError(await scim.find('/Users', 'password pr'), 403, 'sensitive')
    const op = { op: 'replace', path: 'password', value: 'battery staple' }
    const changed = await scim.patch(`/Users/${user.id}`, [op])
    assert.equal(changed.status, 200)
    assert.ok(!('password' in changed.body))
  })

  test('as readOnly is not taken from a body', async () => {
    const group = await scim.group()
    const given = {
      id: 'mine',
      meta: { version: 'W/"99"', created: '2001-01-01T00:00:00Z', location: 'https://x.example' },
      groups: [{ value: group.id }],
    }
    const user = await scim.user(given)
    assert.notEqual(user.id, 'mine')
    const { created, version } = user['meta'] as Record<string, string>
    assert.notEqual(version, 'W/"99"')
    assert.ok(Date.parse(String(created)) > Date.parse('2020-01-01'))
    assert.deepEqual(await scim.membersOf(group.id), [])
    const put = await scim.put(`/Users/${user.id}`, { ...given, userName: user['userName'] })
    assertMatches(put.body, { id: user.id, meta: { created } })
  })

  for (const [path, value] of [
    ['id', 'usr_00000000000000000000000000000000'],
    ['meta', { created: '2001-01-01T00:00:00Z' }],
    ['meta.created', '2001-01-01T00:00:00Z'],
    ['groups', [{ value: 'grp_00000000000000000000000000000000' }]],
  ] as const) {
    test(`as readOnly is refused in a PATCH: ${path}`, async () => {
      const { id } = await scim.user()
      const answer = await scim.patch(`/Users/${id}`, [{ op: 'replace', path, value }])
      assertError(answer, 400, 'mutability')
    })
  }

  test('as returned on request is answered where it is asked for only', async () => {
    const { id } = await scim.user()
    const group = await scim.group([id])
    assert.ok(!('groups' in (await scim.read(`/Users/${id}`))))
    const asked = await scim.read(`/Users/${id}?attributes=userName,groups`)
    assertMatches(asked['groups'], [
      { value: group.id, type: 'direct', $ref: `${scim.base}/Groups/${group.id}` },
    ])
  })

  test('as always returned cannot be left out', async () => {
    const { id } = await scim.user()
    for (const query of ['excludedAttributes=id,schemas,userName', 'attributes=displayName']) {
      const user = await scim.read(`/Users/${id}?${query}`)
      assertMatches(user, { id, schemas: '~object', userName: '~absent' })
    }
  })
})

/** Names of a schema, sub-attributes by `parent.sub`. */
const namesOf = (attributes: readonly Advertised[]): string[] =>
  attributes.flatMap(({ name, subAttributes = [] }) => [
    name,
    ...subAttributes.map((sub) => `${name}.${sub.name}`),
  ])

/** The same of a resource. */
const namesIn = (resource: Values): string[] =>
  Object.entries(resource).flatMap(([name, value]) => {
    const inner: unknown[] = Array.isArray(value) ? value : [value]
    const subs = inner.filter((one) => typeof one === 'object' && one !== null)
    return [name, ...subs.flatMap((one) => Object.keys(one as Values).map((n) => `${name}.${n}`))]
  })

/** RFC 7643 §3.1. */
const common = ['schemas', 'id', 'externalId', 'meta', urn.enterprise]

describe('what is not advertised', () => {
  test('is in no answer', async () => {
    const values = { value: 'v', display: 'd', type: 'work', primary: true }
    const user = await scim.user({
      ...{ name: { givenName: 'A', familyName: 'B' }, emails: [values], roles: [values] },
      [urn.enterprise]: { department: 'IT', manager: { value: 'm', displayName: 'M' } },
    })
    const inner = await scim.group([user.id])
    const outer = await scim.group([inner.id, user.id])
    const asked = await scim.read(`/Users/${user.id}?attributes=groups`)
    const told: readonly (readonly [string, Values])[] = [
      [urn.user, user],
      [urn.user, asked],
      [urn.enterprise, asValues(user[urn.enterprise])],
      [urn.group, await scim.read(`/Groups/${outer.id}`)],
    ]
    for (const [schema, resource] of told) {
      const known = new Set(namesOf(attributesOf(schema)))
      const unknown = namesIn(resource).filter((name) => !known.has(name))
      const isCommon = (name: string) => common.some((one) => `${name}.`.startsWith(`${one}.`))
      const strange = unknown.filter((name) => !isCommon(name))
      assert.deepEqual(strange, [], schema)
    }
  })

  test('is dropped from a body, wherever it stands', async () => {
    const user = await scim.user({
      shoeSize: 42,
      name: { familyName: 'L', nickname: 'no' },
      emails: [{ value: 'a@nowhere.example', verified: true }],
      [urn.enterprise]: { department: 'IT', floor: 3 },
      'urn:example:params:scim:schemas:extension:Other:2.0:User': { tag: 'x' },
    })
    const read = await scim.get(`/Users/${user.id}`)
    assert.doesNotMatch(read.text, /shoeSize|nickname|verified|floor|tag|Other/)
    assertMatches(read.body, {
      name: { familyName: 'L' },
      emails: [{ value: 'a@nowhere.example' }],
      [urn.enterprise]: { department: 'IT' },
    })
  })

  for (const filter of ['shoeSize eq 42', 'name.nickname eq "x"', `${urn.enterprise}:floor pr`]) {
    test(`is refused in a filter: ${filter}`, async () => {
      assertError(await scim.find('/Users', filter), 400, 'invalidFilter')
    })
  }

  for (const path of ['shoeSize', 'name.nickname', 'emails.verified', `${urn.enterprise}:floor`]) {
    test(`is refused as a path of PATCH: ${path}`, async () => {
      const { id } = await scim.user()
      const answer = await scim.patch(`/Users/${id}`, [{ op: 'add', path, value: 'x' }])
      assertError(answer, 400, 'invalidPath')
    })
  }

  test('is dropped from a PATCH without a path', async () => {
    const { id } = await scim.user()
    const value = { title: 'Dr', shoeSize: 42 }
    const { status, body, text } = await scim.patch(`/Users/${id}`, [{ op: 'add', value }])
    assert.equal(status, 200, text)
    assertMatches(body, { title: 'Dr', shoeSize: '~absent' })
  })
})

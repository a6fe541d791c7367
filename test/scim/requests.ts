import fc from 'fast-check'
import { urn } from './scim-client.ts'

/** A request by chance; `{user}` and `{group}` stand for ids that there are. */
export type ChanceRequest = {
  method: string
  path: string
  query: readonly (readonly [string, string])[]
  headers: Record<string, string>
  body: string | undefined
  /** Which of the ids. */
  pick: number
}

const junk = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom(
    '',
    '\u0000',
    '__proto__',
    'constructor',
    '%',
    '"',
    '\\',
    '🎉'.repeat(20),
    'ﬁ',
    'İ',
  ),
)
const junkValue = fc.oneof(
  junk,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, [], {}, [null], [[]], 1e308, -0, '1e999'),
)

/** Mostly what is right. */
const mostly = <Right>(right: fc.Arbitrary<Right>, weight = 20) =>
  fc.oneof(
    { weight, arbitrary: right as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: junkValue },
  )

const text = fc.oneof(
  fc.constantFrom('work', 'home', 'Ada', 'true', 'IT', 'a@nowhere.example', '{user}', '{group}'),
  fc.string({ maxLength: 12 }),
)
const boolean = fc.constantFrom<unknown>(true, false, 'True', 'false')

const optional = <Shape extends Record<string, fc.Arbitrary<unknown>>>(shape: Shape) =>
  fc.record(shape, { requiredKeys: [] })

const listValue = optional({
  value: mostly(text),
  type: mostly(text),
  display: mostly(text),
  primary: mostly(boolean),
  $ref: mostly(text),
})
const list = fc.oneof(fc.array(listValue, { maxLength: 4 }), listValue)
const complex = optional({
  givenName: mostly(text),
  familyName: mostly(text),
  formatted: mostly(text),
})
const manager = fc.oneof(text, optional({ value: text, displayName: text, managerId: text }))

/** Of few names, so that they meet. */
const userName = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((n) => `Name-${n}@nowhere.example`),
  fc.uuid(),
)

const user = fc.record(
  {
    userName: mostly(userName, 40),
    schemas: mostly(fc.constantFrom([urn.user], [urn.user, urn.enterprise], [])),
    id: mostly(text),
    externalId: mostly(text),
    active: mostly(boolean),
    name: mostly(complex),
    title: mostly(text),
    emails: mostly(list),
    phoneNumbers: mostly(list),
    addresses: mostly(list),
    roles: mostly(list),
    groups: mostly(list),
    password: mostly(text),
    [urn.enterprise]: mostly(optional({ department: mostly(text), manager: mostly(manager) })),
    meta: junkValue,
  },
  { requiredKeys: ['userName'] },
)

const member = fc.record({
  value: fc.constantFrom<unknown>('{user}', '{user}', '{group}', 'x', null),
})
const members = fc.oneof(fc.array(member, { maxLength: 4 }), member)
const group = fc.record(
  {
    displayName: mostly(userName, 40),
    schemas: mostly(fc.constant([urn.group])),
    externalId: mostly(text),
    members: mostly(members),
  },
  { requiredKeys: ['displayName'] },
)

const names = [
  'userName',
  'displayName',
  'id',
  'externalId',
  'active',
  'title',
  'name',
  'name.familyName',
  'emails',
  'emails.value',
  'emails.type',
  'emails.primary',
  'addresses.country',
  'roles',
  'members',
  'members.value',
  'groups',
  'groups.value',
  'manager',
  'meta.created',
  'meta.version',
  'schemas',
  'password',
  `${urn.enterprise}:department`,
  `${urn.enterprise}:manager.value`,
  `${urn.user}:title`,
  urn.enterprise,
  'shoeSize',
  '__proto__',
] as const
const attribute = fc.constantFrom(...names)

const literal = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('true', 'false', 'null', '5', '-1.5e3', '"2020-01-01T00:00:00Z"', '"{user}"'),
)
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ')
const term = fc.oneof(
  fc.tuple(attribute, operator, literal).map((parts) => parts.join(' ')),
  attribute.map((name) => `${name} pr`),
)
const valuePath = fc
  .tuple(fc.constantFrom('emails', 'addresses', 'members', 'roles', 'title'), term)
  .map(([name, inner]) => `${name}[${inner.replace(/^\S+/, 'type')}]`)

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    valuePath,
    fc
      .tuple(tie('expression'), fc.constantFrom('and', 'or', 'AND'), tie('expression'))
      .map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `not (${inner})`),
    tie('expression').map((inner) => `(${inner})`),
  ),
}))

/** Something is missing, doubled or in between. */
const broken = (whole: fc.Arbitrary<string>) =>
  fc
    .tuple(whole, fc.nat(80), fc.nat(4), junk)
    .map(([one, at, gone, put]) => `${one.slice(0, at)}${put}${one.slice(at + gone)}`)

const filter = fc.oneof(
  { weight: 5, arbitrary: expression },
  { weight: 1, arbitrary: broken(expression) },
)

const goodPath = fc.oneof(
  attribute.map((name): string => name),
  valuePath,
  fc
    .tuple(valuePath, fc.constantFrom('value', 'type', 'primary', 'country'))
    .map((parts) => parts.join('.')),
  fc.constant('members[value eq "{user}"]'),
)
const path = fc.oneof(
  { weight: 6, arbitrary: goodPath },
  { weight: 1, arbitrary: broken(goodPath) },
)
const patchValue = fc.oneof(text, boolean, list, complex, members, manager, junkValue, user)
const operation = fc.record(
  {
    op: mostly(fc.constantFrom('add', 'replace', 'remove', 'Add', 'Replace', 'Remove'), 40),
    path: mostly(path, 40),
    value: patchValue,
  },
  { requiredKeys: ['op'] },
)

/** What goes well together. */
const pairs: readonly (readonly [path: string, value: fc.Arbitrary<unknown>])[] = [
  ['title', text],
  ['displayName', userName],
  ['externalId', text],
  ['active', boolean],
  ['name', complex],
  ['name.familyName', text],
  ['emails', list],
  ['emails[type eq "work"].value', text],
  ['addresses[type eq "home"].country', text],
  ['phoneNumbers[type eq "fax" and primary eq true].value', text],
  ['roles[primary eq "True"].value', text],
  ['members', members],
  ['members[value eq "{user}"]', fc.constant(undefined)],
  [`${urn.enterprise}:manager`, manager],
  [`${urn.enterprise}:department`, text],
]
const goodOperation = fc
  .tuple(fc.constantFrom('add', 'replace', 'Remove', 'Add'), fc.nat(pairs.length - 1))
  .chain(([op, n]) => {
    const [at, value] = pairs[n] ?? ['title', text]
    return op === 'Remove'
      ? fc.constant<object>({ op, path: at })
      : value.map((one): object => ({ op, path: at, ...(one !== undefined && { value: one }) }))
  })
const anyOperation = fc.oneof(
  { weight: 4, arbitrary: goodOperation as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: operation },
)
const patch = fc.record({
  schemas: mostly(fc.constant([urn.patch])),
  Operations: mostly(fc.array(anyOperation, { maxLength: 5 }), 40),
})

const searchRequest = optional({
  schemas: fc.constant([urn.search]),
  filter: mostly(filter),
  startIndex: mostly(fc.integer({ min: -5, max: 50 })),
  count: mostly(fc.integer({ min: -5, max: 300 })),
  attributes: mostly(fc.array(attribute, { maxLength: 4 })),
  cursor: junk,
})

const bulkRequest = fc.record({
  Operations: mostly(
    fc.array(
      fc.record(
        {
          method: mostly(fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE')),
          path: mostly(
            fc.constantFrom(
              '/Users',
              '/Groups',
              '/Users/{user}',
              '/Groups/{group}',
              '/Users/bulkId:a',
            ),
          ),
          bulkId: mostly(fc.constantFrom('a', 'b', 'c')),
          data: fc.oneof(user, group, patch, junkValue),
        },
        { requiredKeys: ['method', 'path'] },
      ),
      { maxLength: 4 },
    ),
  ),
  failOnErrors: mostly(fc.integer({ min: 0, max: 3 })),
})

const parameter = fc.oneof(
  fc.tuple(fc.constant('filter'), filter),
  fc.tuple(
    fc.constantFrom('startIndex', 'count'),
    fc.oneof(fc.integer({ min: -5, max: 500 }).map(String), junk),
  ),
  fc.tuple(
    fc.constantFrom('attributes', 'excludedAttributes'),
    fc.oneof(
      fc.array(attribute, { maxLength: 3 }).map((some) => some.join(',')),
      junk,
    ),
  ),
  fc.tuple(fc.constantFrom('cursor', 'sortBy', 'x'), junk),
)
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.array(parameter, { maxLength: 3 }) },
)

const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: optional({
      'if-match': fc.constantFrom('*', 'W/"1"', 'W/"2"', '"x"', ',', ''),
      'if-none-match': fc.constantFrom('*', 'W/"1"', '"', 'W/'),
      'content-type': fc.constantFrom(
        'application/json',
        'text/plain',
        '',
        'application/scim+json;;',
      ),
      accept: fc.constantFrom('*/*', 'text/html', 'x'),
    }) as fc.Arbitrary<Record<string, string>>,
  },
)

const asText = (body: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 30, arbitrary: body.map((one) => JSON.stringify(one)) },
    { weight: 1, arbitrary: broken(body.map((one) => JSON.stringify(one))) },
    { weight: 1, arbitrary: junkValue.map((one) => JSON.stringify(one)) },
  )
const none = fc.constant(undefined)

/** Routes, how often, and what goes there. */
const routes: readonly (readonly [
  weight: number,
  method: string,
  path: string,
  body: fc.Arbitrary<string | undefined>,
])[] = [
  [6, 'GET', '/Users', none],
  [3, 'GET', '/Groups', none],
  [3, 'GET', '/Users/{user}', none],
  [3, 'GET', '/Groups/{group}', none],
  [8, 'POST', '/Users', asText(user)],
  [4, 'POST', '/Groups', asText(group)],
  [4, 'PUT', '/Users/{user}', asText(user)],
  [3, 'PUT', '/Groups/{group}', asText(group)],
  [10, 'PATCH', '/Users/{user}', asText(patch)],
  [8, 'PATCH', '/Groups/{group}', asText(patch)],
  [1, 'DELETE', '/Users/{user}', none],
  [1, 'DELETE', '/Groups/{group}', none],
  [2, 'POST', '/Users/.search', asText(searchRequest)],
  [2, 'POST', '/Groups/.search', asText(searchRequest)],
  [1, 'POST', '/.search', asText(searchRequest)],
  [2, 'POST', '/Bulk', asText(bulkRequest)],
  [1, 'GET', '/Schemas', none],
  [1, 'GET', '/ResourceTypes', none],
  [1, 'GET', '/ServiceProviderConfig', none],
]

const known = fc.oneof(
  ...routes.map(([weight, method, at, body]) => ({
    weight,
    arbitrary: fc.record({ method: fc.constant(method), path: fc.constant(at), body }),
  })),
)

/** Anything anywhere. */
const anywhere = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'Users',
          'Groups',
          'Me',
          'Bulk',
          '.search',
          'Schemas',
          '..',
          '{user}',
          '%2e',
        ),
        junk.map((one) => encodeURIComponent(one.toWellFormed())),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((segments) => `/${segments.join('/')}`),
  body: fc.oneof(none, asText(user)),
})

/** Requests that are right, nearly right, and not right at all. */
export const chanceRequest: fc.Arbitrary<ChanceRequest> = fc
  .tuple(
    fc.oneof({ weight: 14, arbitrary: known }, { weight: 1, arbitrary: anywhere }),
    query as fc.Arbitrary<readonly (readonly [string, string])[]>,
    headers,
    fc.nat(1000),
  )
  .map(([{ method, path: at, body }, parameters, sent, pick]) => ({
    ...{ method, path: at, headers: sent, pick },
    // Most of what a write may say there is wrong.
    query: method === 'GET' || pick % 6 === 0 ? parameters : [],
    body: method === 'GET' || method === 'DELETE' ? undefined : body,
  }))

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Creation, type CreationPorts, createProvider } from '#shared/idps/create-provider.ts'
import type { Answered, CreationError, ProviderRecord } from '#shared/idps/ports.ts'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { provider } from '#test/shared/sign-in/example.ts'
import { plainMetadata } from './provider-metadata.ts'
import { neverFetched, now, owner, serving, source, target, unreachable } from './records.ts'

const former = 'idp_former'
const publicUrl = 'https://signin.example'
const repeatable = { keyHash: 'key', callHash: 'call' }
const creation: Creation = {
  orgId: owner.id,
  source: { kind: 'file', document: plainMetadata },
  settings: { name: 'Acme' },
  publicUrl,
  act: target.act,
  answer: ({ idp }) => `made ${idp.name}`,
}

type Answers = {
  owner?: typeof owner | undefined
  /** What each look for an earlier answer finds. */
  answered?: readonly (Partial<Answered> | undefined)[]
  error?: CreationError
  /** The first so many writes find the organization another than it was read. */
  overtaken?: number
  removed?: IdentityProvider
  fetchDocument?: CreationPorts['fetchDocument']
}

async function create(changes: Partial<Creation> = {}, answers: Answers = {}) {
  const { answered = [], error, fetchDocument = neverFetched } = answers
  let overtaken = answers.overtaken ?? 0
  const created: { record: ProviderRecord; details: object }[] = []
  const waiting = answered.values()
  const store: CreationPorts['store'] = {
    findOwner: () => Promise.resolve('owner' in answers ? answers.owner : owner),
    findRemoved(orgId, id) {
      assert.deepEqual([orgId, id], [owner.id, former])
      return Promise.resolve(answers.removed)
    },
    findAnswer(keyHash, at) {
      assert.deepEqual([keyHash, at], [repeatable.keyHash, now])
      const { value: found } = waiting.next()
      return Promise.resolve(
        found && { ...repeatable, answer: 'made before', expiresAt: now, ...found },
      )
    },
    create(record, details) {
      if (error) return Promise.resolve(error)
      overtaken -= 1
      if (overtaken >= 0) return Promise.resolve('changed_meanwhile')
      created.push({ record, details })
      return Promise.resolve(undefined)
    },
  }
  const result = await createProvider({ store, fetchDocument }, { ...creation, ...changes })
  return { result, created }
}

const read = readMetadata(Buffer.from(plainMetadata), now)
assert.ok(read.ok)
const { connection } = read.value

describe('createProvider', () => {
  test('makes a provider that is inactive, with the defaults of its settings', async () => {
    const { result, created } = await create()
    assert.deepEqual(result, { ok: true, value: 'made Acme' })
    const [{ record, details } = assert.fail('nothing was made'), second] = created
    assert.equal(second, undefined)
    const { id, ...idp } = record.idp
    assert.match(id, /^idp_[0-9a-f]{32}$/)
    assert.deepEqual(idp, {
      ...connection,
      orgId: owner.id,
      name: 'Acme',
      kind: 'other',
      identifiers: 'shared',
      allowsUnsolicited: true,
      clockSkewSeconds: 120,
      defaultProduct: 'meetings',
      attributeNames: {},
      state: 'inactive',
      verifiedDomains: owner.domains,
      knownAs: { publicUrl, identifiers: 'shared' },
    })
    const { idp: _, ...rest } = record
    assert.deepEqual(rest, {
      management: { source: { kind: 'file' } },
      createdAt: now,
      revisions: { idp: 1, management: 1 },
    })
    assert.deepEqual(details, { owner, act: target.act })
  })

  test('takes what is said of it for what is guessed or usual', async () => {
    const settings = {
      name: 'Acme',
      kind: 'okta',
      identifiers: 'organization',
      allowsUnsolicited: false,
      clockSkewSeconds: 0,
      defaultProduct: 'webinars',
      attributeNames: { email: ['mail'] },
      routedDomains: ['acme.example'],
    } as const
    const { created } = await create({ settings })
    const { idp } = created[0]?.record ?? {}
    assert.deepEqual({ ...idp, ...settings }, idp)
    assert.deepEqual(idp?.knownAs, { publicUrl, identifiers: 'organization' })
  })

  test('guesses the kind, and remembers when a URL was read', async () => {
    const fetchDocument = serving(plainMetadata.replace('idp.example/sso', 'acme.okta.com/sso'))
    const { created } = await create({ source }, { fetchDocument })
    const { idp, management } = created[0]?.record ?? {}
    assert.equal(idp?.kind, 'okta')
    assert.deepEqual(management, { source, refreshedAt: now })
  })

  const removed: IdentityProvider = { ...provider, ...connection, state: 'removed' }

  test('takes the people of a removed provider over, and of the ones before it', async () => {
    const predecessorsAfter = async (before: Partial<IdentityProvider>) => {
      const { created } = await create({ succeeds: former }, { removed: { ...removed, ...before } })
      return created[0]?.record.idp.predecessors
    }
    assert.deepEqual(await predecessorsAfter({}), [former])
    const predecessors = Array.from({ length: 5 }, (_, index) => `idp_${index}` as const)
    assert.deepEqual(await predecessorsAfter({ predecessors }), [
      former,
      ...predecessors.slice(0, 4),
    ])
  })

  const product = { field: 'defaultProduct', cause: 'product_unknown', got: 'x' }
  const unknownProduct = { name: 'Acme', defaultProduct: 'x' }
  const timeout = { field: 'url', cause: 'timeout' }
  const refusals: readonly (readonly [string, object, Partial<Creation>, Answers])[] = [
    [
      'an organization that is not there',
      { cause: 'organization_unknown' },
      {},
      { owner: undefined },
    ],
    [
      'a source that cannot be read, with all that is wrong',
      { cause: 'source_refused', problems: [timeout, product] },
      { source, settings: unknownProduct },
      { fetchDocument: unreachable },
    ],
    [
      'settings that the organization cannot have',
      { cause: 'settings_refused', problems: [product] },
      { settings: unknownProduct },
      {},
    ],
    [
      'to succeed a provider that is not removed, or not known',
      { cause: 'predecessor_unknown' },
      { succeeds: former },
      {},
    ],
    [
      'to succeed one of another entity ID',
      { cause: 'predecessor_unknown' },
      { succeeds: former },
      { removed: { ...removed, entityId: 'https://other.example' } },
    ],
    ['a taken entity ID', { cause: 'entity_id_taken' }, {}, { error: 'entity_id_taken' }],
    ['one provider too many', { cause: 'too_many_providers' }, {}, { error: 'too_many_providers' }],
  ]
  for (const [name, error, changes, answers] of refusals) {
    test(`refuses ${name}, and makes nothing`, async () => {
      const { result, created } = await create(changes, answers)
      assert.deepEqual(result, { ok: false, error })
      assert.deepEqual(created, [])
    })
  }
})

describe('createProvider of an organization that is changed meanwhile', () => {
  const byUrl = { source }

  test('makes it of what the organization is then, and reads the source once', async () => {
    let fetched = 0
    const fetchDocument: CreationPorts['fetchDocument'] = (...asked) => {
      fetched += 1
      return serving(plainMetadata)(...asked)
    }
    const { result, created } = await create(byUrl, { overtaken: 2, fetchDocument })
    assert.deepEqual(result, { ok: true, value: 'made Acme' })
    assert.deepEqual([created.length, fetched], [1, 1])
  })

  test('fails where that does not end', async () => {
    await assert.rejects(create({}, { overtaken: 99 }), /change all the time/)
  })
})

describe('createProvider of a call that may come again', () => {
  test('keeps its answer for a day', async () => {
    const { result, created } = await create({ repeatable }, { answered: [undefined] })
    assert.deepEqual(result, { ok: true, value: 'made Acme' })
    const answered = { ...repeatable, answer: 'made Acme', expiresAt: now + 24 * 3600 }
    assert.deepEqual(created[0]?.details, { owner, answered, act: target.act })
  })

  const otherCall = { callHash: 'other' }
  const error = 'already_answered'
  const before = { ok: true, value: 'made before' }
  const refused = (cause: string) => ({ ok: false, error: { cause } })
  const again: readonly (readonly [string, Answers, object])[] = [
    ['the first answer', { answered: [{}] }, before],
    ['a refusal to another call of its name', { answered: [otherCall] }, refused('key_reused')],
    ['the answer of one that came at the same time', { answered: [undefined, {}], error }, before],
    [
      'a refusal where another of its name came at the same time',
      { answered: [undefined, otherCall], error },
      refused('key_reused'),
    ],
  ]
  for (const [name, answers, want] of again) {
    test(`gives ${name}, and makes nothing`, async () => {
      const { result, created } = await create({ repeatable }, answers)
      assert.deepEqual(result, want)
      assert.deepEqual(created, [])
    })
  }

  test('fails where that answer is gone', async () => {
    const answers: Answers = { answered: [undefined, undefined], error }
    await assert.rejects(create({ repeatable }, answers), /is not there/)
  })
})

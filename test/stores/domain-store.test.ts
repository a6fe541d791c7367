import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoDomains, dynamoRechecks } from '#shared/aws/domain-store.ts'
import { dynamoProviders } from '#shared/aws/idp-store.ts'
import type { ClaimChange, DomainStore, RecheckStore } from '#shared/domains/ports.ts'
import type { DomainClaim } from '#shared/domains/types.ts'
import { newOrgId, newUserId, type OrgId, type UserId } from '#shared/ids.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { intercept } from './intercept.ts'
import { newProviderRecord } from './new-provider-record.ts'
import { now } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Item, type Tables, tables } from './tables.ts'

let db: Tables
let store: DomainStore
let rechecks: RecheckStore
before(async () => {
  db = await tables()
  store = dynamoDomains(db.directory, db.ephemeral)
  rechecks = dynamoRechecks(db.directory)
})

const act = { actor: 'apikey:key_1', at: now }
const DAY = 24 * 3600
const byText = (one: string, other: string) => (one < other ? -1 : 1)
const newDomain = () => `${randomUUID()}.example`

async function newOrganization(domains: readonly string[] = []): Promise<OrgId> {
  const id = newOrgId()
  const organization = { id, name: 'Acme', defaultProduct: 'meetings' }
  const configuration = dynamoConfiguration(db.directory)
  assert.equal(await configuration.createOrganization(organization, domains, act), undefined)
  return id
}

const newClaim = (orgId: OrgId, domain = newDomain()): DomainClaim => ({
  ...{ domain, orgId, state: 'pending', code: randomUUID() },
  ...{ createdAt: now, endsAt: now + 10 * DAY, rev: 1 },
})

async function claimed(orgId: OrgId, domain?: string): Promise<DomainClaim> {
  const claim = newClaim(orgId, domain)
  assert.equal(await store.claim(claim, { act }), undefined)
  return claim
}

function proved({ endsAt: _, ...claim }: DomainClaim): ClaimChange {
  return {
    claim: { ...claim, state: 'verified', verifiedAt: now, method: 'dns' },
    event: 'verified',
  }
}
const lapsed = (claim: DomainClaim): ClaimChange => ({
  claim: { ...claim, state: 'lapsed', lapsedAt: now },
  event: 'lapsed',
  mail: 'domain-lapsed',
})
const verify = (claim: DomainClaim) => store.change(claim, proved(claim), act)

async function verified(orgId: OrgId, domain?: string): Promise<DomainClaim> {
  const changed = await verify(await claimed(orgId, domain))
  assert.ok(changed.ok)
  return changed.value
}

/** A provider with a copy at each of our identifiers. */
async function newProvider(orgId: OrgId, verifiedDomains: readonly string[] = []) {
  const record = newProviderRecord({
    ...{ orgId, identifiers: 'organization', verifiedDomains },
    knownAs: { publicUrl: 'https://signin.example', identifiers: 'shared' },
  })
  const providers = dynamoProviders(db.directory, db.ephemeral)
  assert.equal(await providers.create(record, { act }), undefined)
  const { id, entityId } = record.idp
  const keys = [
    directoryKeys.idp(id),
    directoryKeys.issuer(issuerKey('shared', entityId)),
    directoryKeys.issuer(issuerKey(orgId, entityId)),
  ]
  const domains = () =>
    Promise.all(
      keys.map(async (key) => {
        const item = await db.read(db.directory, key)
        return [item?.['verifiedDomains'], item?.['rev']]
      }),
    )
  return { record, providers, domains }
}

const readClaim = ({ orgId, domain }: DomainClaim) =>
  db.read(db.directory, directoryKeys.claim(orgId, domain))
const readMarker = (domain: string) => db.read(db.directory, directoryKeys.domain(domain))
const readSchedule = (domain: string) =>
  db.read(db.directory, directoryKeys.scheduledDomain(domain))
const readOrganization = (orgId: OrgId) => db.read(db.directory, directoryKeys.organization(orgId))
const countOf = async (orgId: OrgId) =>
  (await db.read(db.directory, directoryKeys.claimCount(orgId)))?.['count'] ?? 0
const mailOf = (item: Item | undefined) => (item?.['mail'] ?? {}) as Item
const domainsOf = async (orgId: OrgId) =>
  ((await readOrganization(orgId))?.['domains'] ?? []) as readonly string[]
const eventOf = (item: Item | undefined) => (item?.['evt'] as Item | undefined)?.['type']
const without = (item: Item | undefined) => {
  const { pk: _, sk: __, evt: ___, mail: ____, ...rest } = item ?? {}
  return rest
}

describe('claim', () => {
  test('writes a claim with its event, and counts it', async () => {
    const orgId = await newOrganization()
    const claim = await claimed(orgId)
    const item = await readClaim(claim)
    assert.deepEqual(without(item), claim)
    assert.equal(eventOf(item), 'latchkey.domain.claimed.v1')
    assert.equal(await countOf(orgId), 1)
    assert.deepEqual(await store.find(orgId, claim.domain), claim)
    assert.equal(await readMarker(claim.domain), undefined)
  })

  test('refuses what the organization has claimed, and counts it once', async () => {
    const orgId = await newOrganization()
    const { domain, code } = await claimed(orgId)
    assert.equal(await store.claim(newClaim(orgId, domain), { act }), 'domain_claimed')
    assert.equal((await store.find(orgId, domain))?.code, code)
    assert.equal(await countOf(orgId), 1)
  })

  test('is the same for a domain of another organization, proved or not', async () => {
    const domain = newDomain()
    await verified(await newOrganization(), domain)
    const claim = await claimed(await newOrganization(), domain)
    assert.deepEqual(without(await readClaim(claim)), claim)
  })

  test('refuses the hundred and first', async () => {
    const orgId = await newOrganization()
    await db.put(db.directory, { ...directoryKeys.claimCount(orgId), count: 99 })
    await claimed(orgId)
    assert.equal(await store.claim(newClaim(orgId), { act }), 'too_many_domains')
    assert.equal(await countOf(orgId), 100)
  })

  test('refuses an organization that is not there', async () => {
    assert.equal(await store.claim(newClaim(newOrgId()), { act }), 'organization_unknown')
  })

  test('keeps the answer of a call that may come again, until it is over', async () => {
    const orgId = await newOrganization()
    const answered = { keyHash: randomUUID(), callHash: 'call', answer: '{}', expiresAt: now + 10 }
    assert.equal(await store.claim(newClaim(orgId), { answered, act }), undefined)
    assert.equal(await store.claim(newClaim(orgId), { answered, act }), 'already_answered')
    const kept = await store.findAnswer(answered.keyHash, now + 9)
    assert.equal(kept?.answer, '{}')
    assert.equal(await store.findAnswer(answered.keyHash, now + 10), undefined)
    const later = { ...act, at: now + 10 }
    assert.equal(await store.claim(newClaim(orgId), { answered, act: later }), undefined)
  })

  test('counts fifty that come at once, each of them', async () => {
    const orgId = await newOrganization()
    const errors = await Promise.all(
      Array.from({ length: 50 }, () => store.claim(newClaim(orgId), { act })),
    )
    assert.deepEqual(new Set(errors), new Set([undefined]))
    assert.equal(await countOf(orgId), 50)
  })
})

describe('change', () => {
  test('writes what was found, without an event', async () => {
    const claim = await claimed(await newOrganization())
    const lastCheck = { at: now, dns: { outcome: 'nothing_there' } } as const
    const changed = await store.change(claim, { claim: { ...claim, lastCheck } }, act)
    assert.deepEqual(changed, { ok: true, value: { ...claim, lastCheck, rev: 2 } })
    const item = await readClaim(claim)
    assert.deepEqual([without(item), eventOf(item)], [{ ...claim, lastCheck, rev: 2 }, undefined])
    const late = await store.change(claim, { claim }, act)
    assert.deepEqual(late, { ok: false, error: 'changed_meanwhile' })
  })

  test('says what is to be mailed, with the event, once', async () => {
    const claim = await verified(await newOrganization())
    const missing = { ...claim, missingSince: now, graceEndsAt: now + 14 * DAY, warnedDays: 14 }
    const told = { claim: missing, event: 'record-missing', mail: 'domain-missing' } as const
    const changed = await store.change(claim, told, act)
    assert.ok(changed.ok)
    const item = await readClaim(claim)
    assert.equal(eventOf(item), 'latchkey.domain.record-missing.v1')
    const { id, ...mail } = mailOf(item)
    assert.match(String(id), /^mail_[0-9a-f]{32}$/)
    assert.deepEqual(mail, { kind: 'domain-missing', at: now })
    assert.ok((await store.change(changed.value, { claim: changed.value }, act)).ok)
    assert.equal((await readClaim(claim))?.['mail'], undefined)
    assert.deepEqual(await store.find(claim.orgId, claim.domain), { ...changed.value, rev: 4 })
  })
})

describe('verifying', () => {
  test('gives the domain to the organization and its providers, with one event, at once', async () => {
    const orgId = await newOrganization()
    const providers = [await newProvider(orgId), await newProvider(orgId)]
    const claim = await claimed(orgId)
    using writes = intercept('TransactWriteItemsCommand', (_, pass) => pass())
    const changed = await verify(claim)
    assert.equal(writes.calls(), 1)
    const { endsAt: _, ...rest } = claim
    const expected = { ...rest, state: 'verified', verifiedAt: now, method: 'dns', rev: 2 }
    assert.deepEqual(changed, { ok: true, value: expected })
    const item = await readClaim(claim)
    assert.deepEqual(without(item), expected)
    assert.equal(eventOf(item), 'latchkey.domain.verified.v1')
    const { domain } = claim
    const marker = await readMarker(domain)
    assert.deepEqual(without(marker), { domain, orgId, verifiedAt: now })
    assert.equal(eventOf(marker), undefined)
    assert.deepEqual(without(await readSchedule(domain)), { domain, orgId, dueAt: now + DAY })
    const organization = await readOrganization(orgId)
    assert.deepEqual([organization?.['domains'], organization?.['rev']], [[domain], 2])
    for (const { domains } of providers) {
      assert.deepEqual(await domains(), Array(3).fill([[domain], 2]))
    }
  })

  test('lets no provider be written by what it was before, nor be created without the domain', async () => {
    const orgId = await newOrganization()
    const { record, providers, domains } = await newProvider(orgId)
    const owner = await providers.findOwner(orgId)
    assert.ok(owner)
    const { domain } = await verified(orgId)
    const idp = { ...record.idp, name: 'Renamed' }
    const stale = await providers.change(record, { ...record, idp, event: 'updated' }, act)
    assert.deepEqual(stale, { ok: false, error: 'changed_meanwhile' })
    const late = await providers.create(newProviderRecord({ orgId }), { owner, act })
    assert.equal(late, 'changed_meanwhile')
    assert.deepEqual(await domains(), Array(3).fill([[domain], 2]))
  })

  test('reaches a provider that is created at the same time', async () => {
    const orgId = await newOrganization()
    const claim = await claimed(orgId)
    let created: Awaited<ReturnType<typeof newProvider>> | undefined
    using writes = intercept('TransactWriteItemsCommand', async (call, pass) => {
      if (call === 1) created = await newProvider(orgId)
      return pass()
    })
    assert.ok((await verify(claim)).ok)
    assert.equal(writes.calls(), 3)
    assert.deepEqual(await created?.domains(), Array(3).fill([[claim.domain], 2]))
  })

  test('reaches a provider whose copies move at the same time', async () => {
    const orgId = await newOrganization()
    const { record, providers, domains } = await newProvider(orgId)
    const claim = await claimed(orgId)
    const knownAs = { publicUrl: 'https://signin.example', identifiers: 'organization' } as const
    const moved = { ...record, idp: { ...record.idp, knownAs }, event: 'updated' } as const
    using writes = intercept('TransactWriteItemsCommand', async (call, pass) => {
      if (call === 1) assert.ok((await providers.change(record, moved, act)).ok)
      return pass()
    })
    assert.ok((await verify(claim)).ok)
    assert.equal(writes.calls(), 3)
    const gone = [undefined, undefined]
    const there = [[claim.domain], 3]
    assert.deepEqual(await domains(), [there, gone, there])
  })

  test('gives a domain that fifty organizations prove at once to exactly one of them', async () => {
    const domain = newDomain()
    const organizations = await Promise.all(Array.from({ length: 50 }, () => newOrganization()))
    const claims = await Promise.all(organizations.map((orgId) => claimed(orgId, domain)))
    const results = await Promise.all(claims.map(verify))
    const winners = results.flatMap((result) => (result.ok ? [result.value] : []))
    assert.equal(winners.length, 1)
    const [winner] = winners
    assert.equal((await readMarker(domain))?.['orgId'], winner?.orgId)
    for (const [index, result] of results.entries()) {
      const orgId = organizations[index] ?? assert.fail()
      const listed = (await readOrganization(orgId))?.['domains']
      if (result.ok) assert.deepEqual(listed, [domain])
      else {
        assert.equal(result.error, 'domain_unavailable')
        assert.deepEqual(listed, [])
        assert.deepEqual(await store.find(orgId, domain), claims[index])
      }
    }
  })

  test('keeps all of fifty domains that one organization proves at once', async () => {
    const orgId = await newOrganization()
    const { domains } = await newProvider(orgId)
    const claims = await Promise.all(Array.from({ length: 50 }, () => claimed(orgId)))
    const results = await Promise.all(claims.map(verify))
    assert.deepEqual(new Set(results.map(({ ok }) => ok)), new Set([true]))
    const expected = claims.map(({ domain }) => domain).toSorted(byText)
    assert.deepEqual((await domainsOf(orgId)).toSorted(byText), expected)
    for (const [of] of await domains())
      assert.deepEqual((of as string[]).toSorted(byText), expected)
  })

  test('happens once where the same claim is proved twice at once', async () => {
    const claim = await claimed(await newOrganization())
    const results = await Promise.all([1, 2, 3].map(() => verify(claim)))
    assert.equal(results.filter(({ ok }) => ok).length, 1)
    for (const result of results) {
      if (!result.ok) assert.match(result.error, /^(?:changed_meanwhile|domain_unavailable)$/)
    }
    assert.deepEqual((await readOrganization(claim.orgId))?.['domains'], [claim.domain])
  })

  test('is not done twice where the answer of the write is lost', async () => {
    const claim = await claimed(await newOrganization())
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    assert.ok((await verify(claim)).ok)
    assert.equal(struck.bodies.length, 2)
    assert.equal((await store.find(claim.orgId, claim.domain))?.rev, 2)
  })

  test('needs the organization', async () => {
    const claim = await claimed(await newOrganization())
    await db.remove(db.directory, directoryKeys.organization(claim.orgId))
    assert.deepEqual(await verify(claim), { ok: false, error: 'organization_unknown' })
  })

  test('does not add to what another one adds, twice', async () => {
    const claim = await claimed(await newOrganization())
    const key = directoryKeys.organization(claim.orgId)
    const organization = (await db.read(db.directory, key)) ?? {}
    await db.put(db.directory, { ...key, ...organization, domains: [claim.domain] })
    assert.deepEqual(await verify(claim), { ok: false, error: 'changed_meanwhile' })
    assert.equal(await readMarker(claim.domain), undefined)
  })
})

describe('lapsing', () => {
  test('takes the domain from the organization and its providers, and keeps the claim', async () => {
    const orgId = await newOrganization()
    const { domains } = await newProvider(orgId)
    const other = await verified(orgId)
    const claim = await verified(orgId)
    const changed = await store.change(claim, lapsed(claim), act)
    const expected = { ...claim, state: 'lapsed', lapsedAt: now, rev: 3 }
    assert.deepEqual(changed, { ok: true, value: expected })
    const item = await readClaim(claim)
    assert.deepEqual(without(item), expected)
    assert.equal(eventOf(item), 'latchkey.domain.lapsed.v1')
    assert.equal(mailOf(item)['kind'], 'domain-lapsed')
    assert.equal(await readMarker(claim.domain), undefined)
    assert.equal(await readSchedule(claim.domain), undefined)
    assert.deepEqual((await readOrganization(orgId))?.['domains'], [other.domain])
    for (const [verifiedDomains] of await domains())
      assert.deepEqual(verifiedDomains, [other.domain])
    assert.equal(await countOf(orgId), 2)
    assert.ok(await readMarker(other.domain))
  })

  test('frees the domain for another organization, and it comes back by another proof', async () => {
    const orgId = await newOrganization()
    const claim = await verified(orgId)
    const gone = await store.change(claim, lapsed(claim), act)
    assert.ok(gone.ok)
    const renewed = { ...newClaim(orgId, claim.domain), rev: gone.value.rev }
    const pending = await store.change(gone.value, { claim: renewed, event: 'claimed' }, act)
    assert.ok(pending.ok)
    assert.ok((await verify(pending.value)).ok)
    assert.equal((await readMarker(claim.domain))?.['orgId'], orgId)
  })

  test('leaves alone what is another organization’s by now', async () => {
    const claim = await verified(await newOrganization())
    await db.put(db.directory, { ...directoryKeys.domain(claim.domain), orgId: 'org_other' })
    const changed = await store.change(claim, lapsed(claim), act)
    assert.deepEqual(changed, { ok: false, error: 'changed_meanwhile' })
    assert.equal((await readMarker(claim.domain))?.['orgId'], 'org_other')
  })
})

describe('giving up a domain', () => {
  test('ends where the organization is changed again and again', async () => {
    const claim = await verified(await newOrganization())
    const key = directoryKeys.organization(claim.orgId)
    const organization = (await db.read(db.directory, key)) ?? {}
    using writes = intercept('TransactWriteItemsCommand', async (call, pass) => {
      await db.put(db.directory, { ...organization, ...key, rev: 100 + call })
      return pass()
    })
    assert.equal(await store.release(claim, act), 'changed_meanwhile')
    assert.equal(writes.calls(), 12)
    assert.deepEqual(await store.find(claim.orgId, claim.domain), claim)
  })

  test('loses none of the others where five go at once', async () => {
    const orgId = await newOrganization()
    const { domains } = await newProvider(orgId)
    const stays = await verified(orgId)
    const claims = await Promise.all(Array.from({ length: 5 }, () => verified(orgId)))
    const errors = await Promise.all(claims.map((claim) => store.release(claim, act)))
    assert.deepEqual(new Set(errors), new Set([undefined]))
    assert.deepEqual(await domainsOf(orgId), [stays.domain])
    for (const [of] of await domains()) assert.deepEqual(of, [stays.domain])
  })
})

describe('release', () => {
  test('removes a claim, and its tombstone tells it', async () => {
    const orgId = await newOrganization()
    const claim = await claimed(orgId)
    assert.equal(await store.release(claim, act), undefined)
    const { domain } = claim
    assert.equal(await store.find(orgId, domain), undefined)
    const item = await readClaim(claim)
    assert.equal(eventOf(item), 'latchkey.domain.released.v1')
    assert.deepEqual(without(item), {
      ...{ domain, orgId, state: 'released', formerState: 'pending', rev: 2 },
      expiresAt: now + DAY,
    })
    assert.equal(await countOf(orgId), 0)
    assert.deepEqual((await store.list(orgId, { limit: 10 })).rows, [])
    await claimed(orgId, domain)
  })

  test('takes a verified domain from the organization and its providers', async () => {
    const orgId = await newOrganization()
    const { domains } = await newProvider(orgId)
    const claim = await verified(orgId)
    assert.equal(await store.release(claim, act), undefined)
    assert.equal((await readClaim(claim))?.['formerState'], 'verified')
    assert.equal(await readMarker(claim.domain), undefined)
    assert.equal(await readSchedule(claim.domain), undefined)
    assert.deepEqual((await readOrganization(orgId))?.['domains'], [])
    for (const [verifiedDomains] of await domains()) assert.deepEqual(verifiedDomains, [])
    assert.equal(await countOf(orgId), 0)
    await verified(await newOrganization(), claim.domain)
  })

  test('refuses what was changed meanwhile, and happens once', async () => {
    const claim = await claimed(await newOrganization())
    const changed = await verify(claim)
    assert.equal(await store.release(claim, act), 'changed_meanwhile')
    assert.ok(changed.ok)
    const errors = await Promise.all([1, 2].map(() => store.release(changed.value, act)))
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal(await countOf(claim.orgId), 0)
  })
})

describe('list', () => {
  test('answers in pages, by name, what is there, of one organization', async () => {
    const orgId = await newOrganization()
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimed(orgId)))
    const [released] = claims
    assert.ok(released)
    await store.release(released, act)
    await claimed(await newOrganization())
    const expected = claims
      .slice(1)
      .map(({ domain }) => domain)
      .toSorted(byText)
    const found: string[] = []
    let after: string | undefined
    let pages = 0
    do {
      const page = await store.list(orgId, { limit: 2, ...(after && { after }) })
      found.push(...page.rows.map(({ domain }) => domain))
      after = page.next
      pages++
    } while (after)
    assert.deepEqual([found, pages], [expected, 2])
  })

  test('goes on where DynamoDB answers in parts', async () => {
    const orgId = await newOrganization()
    const claims = [await claimed(orgId, 'a.example'), await claimed(orgId, 'b.example')]
    using parts = intercept<{ Items?: Item[]; LastEvaluatedKey?: object }>(
      'QueryCommand',
      async (call, pass) => {
        const output = await pass()
        const first = output.Items?.slice(0, 1) ?? []
        const key = { pk: { S: `domains#${orgId}` }, sk: { S: 'a.example' } }
        return call === 1 ? { ...output, Items: first, LastEvaluatedKey: key } : output
      },
    )
    const { rows } = await store.list(orgId, { limit: 10 })
    assert.deepEqual(rows, claims)
    assert.equal(parts.calls(), 2)
  })
})

describe('findDependants', () => {
  async function people(orgId: OrgId, domain: string, states: readonly (string | undefined)[]) {
    const ids: UserId[] = []
    for (const state of states) {
      const userId = newUserId()
      ids.push(userId)
      await db.put(db.directory, directoryKeys.domainUser(orgId, domain, userId))
      if (state === undefined) continue
      const user = { userId, orgId, state, email: `x@${domain}` }
      await db.put(db.directory, { ...directoryKeys.user(orgId, userId), ...user })
    }
    return ids
  }

  test('finds nobody where nobody is active', async () => {
    const [orgId, domain] = [newOrgId(), newDomain()]
    assert.equal(await store.findDependants(orgId, domain), undefined)
    await people(orgId, domain, ['suspended', 'invited', 'deleted', undefined])
    await people(orgId, newDomain(), ['active'])
    await people(newOrgId(), domain, ['active'])
    assert.equal(await store.findDependants(orgId, domain), undefined)
  })

  test('says how many there are, and ten of them', async () => {
    const [orgId, domain] = [newOrgId(), newDomain()]
    const ids = await people(orgId, domain, Array(12).fill('active'))
    await people(orgId, domain, ['suspended'])
    const found = await store.findDependants(orgId, domain)
    assert.deepEqual(found, {
      count: 12,
      hasMore: false,
      userIds: ids.toSorted(byText).slice(0, 10),
    })
  })

  test('looks behind people who are not active', async () => {
    const [orgId, domain] = [newOrgId(), newDomain()]
    await people(orgId, domain, Array(120).fill('suspended'))
    const last = `usr_${'f'.repeat(32)}` as const
    await db.put(db.directory, directoryKeys.domainUser(orgId, domain, last))
    await db.put(db.directory, {
      ...directoryKeys.user(orgId, last),
      ...{ userId: last, orgId, state: 'active', email: `x@${domain}` },
    })
    const found = await store.findDependants(orgId, domain)
    assert.deepEqual(found, { count: 1, hasMore: false, userIds: [last] })
  })

  test('does not count without end', async () => {
    const [orgId, domain] = [newOrgId(), newDomain()]
    const ids = await people(orgId, domain, Array(100).fill('active'))
    using pages = intercept<object>('QueryCommand', async (_, pass) => {
      const key = { pk: { S: 'org' }, sk: { S: 'usr' } }
      const from = directoryKeys.domainUser(orgId, domain, ids[0] ?? newUserId())
      return {
        ...(await pass()),
        LastEvaluatedKey: { ...key, pk: { S: from.pk }, sk: { S: 'usr_' } },
      }
    })
    const found = await store.findDependants(orgId, domain)
    assert.deepEqual([found?.count, found?.hasMore, found?.userIds.length], [1000, true, 10])
    assert.equal(pages.calls(), 10)
  })
})

describe('the schedule', () => {
  const ours = async (domains: readonly string[], at: number) =>
    (await rechecks.listDue(at)).filter(({ domain }) => domains.includes(domain))

  test('answers what is due, the longest first', async () => {
    const orgId = await newOrganization()
    const [late, early] = [await verified(orgId), await verified(orgId)]
    const domains = [late.domain, early.domain]
    assert.deepEqual(await ours(domains, now + DAY - 1), [])
    const [due] = await ours([early.domain], now + DAY)
    assert.ok(due)
    await rechecks.postpone(due, now + 60)
    const all = await ours(domains, now + DAY)
    assert.deepEqual(
      all.map(({ domain, dueAt }) => [domain, dueAt]),
      [
        [early.domain, now + 60],
        [late.domain, now + DAY],
      ],
    )
    assert.equal(all[0]?.orgId, orgId)
  })

  test('forgets what is not there any more, and leaves alone what was put there anew', async () => {
    const { domain, orgId } = await verified(await newOrganization())
    const stale = { domain, orgId, dueAt: now }
    await rechecks.postpone(stale, now + 5)
    await rechecks.unschedule(stale)
    const [due] = await ours([domain], now + DAY)
    assert.equal(due?.dueAt, now + DAY)
    await rechecks.unschedule({ ...stale, dueAt: now + DAY })
    assert.deepEqual(await ours([domain], now + DAY), [])
    await rechecks.postpone({ ...stale, dueAt: now + DAY }, now + 5)
    assert.deepEqual(await ours([domain], now + DAY), [])
  })

  test('says what else goes wrong', async () => {
    const { domain, orgId } = await verified(await newOrganization())
    using _ = intercept('UpdateItemCommand', () => Promise.reject(new Error('no answer')))
    await assert.rejects(rechecks.postpone({ domain, orgId, dueAt: now }, now), /no answer/)
  })
})

describe('an organization of an operator', () => {
  test('has its domains as if they were proved, and vouched for', async () => {
    const domain = newDomain()
    const orgId = await newOrganization([domain])
    const claim = await store.find(orgId, domain)
    assert.ok(claim)
    const { code, ...rest } = claim
    assert.match(code, /^[0-9a-f-]{36}$/)
    assert.deepEqual(rest, {
      ...{ domain, orgId, state: 'verified', method: 'operator' },
      ...{ createdAt: now, verifiedAt: now, rev: 1 },
    })
    assert.equal(eventOf(await readClaim(claim)), 'latchkey.domain.verified.v1')
    assert.deepEqual(without(await readSchedule(domain)), { domain, orgId, dueAt: now + DAY })
    assert.equal(await countOf(orgId), 1)
    assert.equal(await store.release(claim, act), undefined)
    assert.equal(await countOf(orgId), 0)
  })

  test('has as many as it may have', async () => {
    const domains = Array.from({ length: 99 }, newDomain)
    const orgId = await newOrganization(domains)
    assert.equal(await countOf(orgId), 99)
    assert.deepEqual((await readOrganization(orgId))?.['domains'], domains)
    const { rows } = await store.list(orgId, { limit: 100 })
    assert.deepEqual(
      rows.map(({ domain }) => domain),
      domains.toSorted(byText),
    )
    assert.equal((await readMarker(domains[98] ?? ''))?.['orgId'], orgId)
  })

  test('is given the domains that are missing, and its providers with it', async () => {
    const [first, second] = [newDomain(), newDomain()]
    const orgId = await newOrganization([first])
    const { domains } = await newProvider(orgId, [first])
    const { addDomains } = dynamoConfiguration(db.directory)
    assert.equal(await addDomains(orgId, [first, second], act), undefined)
    assert.equal(await addDomains(orgId, [first, second], act), undefined)
    for (const [verifiedDomains] of await domains())
      assert.deepEqual(verifiedDomains, [first, second])
    assert.equal(await countOf(orgId), 2)
    const other = await newOrganization()
    assert.equal(await addDomains(other, [second], act), 'domain_taken')
    await assert.rejects(addDomains(newOrgId(), [newDomain()], act), /organization_unknown/)
  })
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newUserId } from '#shared/ids.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { type Answer, newAdmin, newApiKey, read } from './admin-client.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import type { ProofServers } from './proof-servers.ts'
import { runningStack } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Admin = Pick<Awaited<ReturnType<typeof newAdmin>>, 'orgId' | 'call'>
type Domain = Record<string, unknown> & {
  domain: string
  state: string
  record: { type: string; name: string; value: string }
  file: { url: string; content: string }
  lastCheck: { dns?: Record<string, unknown>; file?: Record<string, unknown> }
}

const domainIn = (answer: Answer) => answer.body as Domain
const causeIn = ({ body }: Answer) => String(body['type']).replace('urn:latchkey:problem:', '')
const refusal = (answer: Answer) => [answer.status, causeIn(answer)]
const DAY_MS = 24 * 3600 * 1000

/** The administration of an organization that people can sign in to. */
const adminOf = ({ stack, orgId }: Tenant, key: string): Admin => ({
  orgId,
  async call(method, path, { body } = {}) {
    const response = await fetch(`${stack.url}/orgs/${orgId}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return read(response)
  },
})

let proofs: ProofServers
let db: Tables
before(async () => {
  ;({ proofs } = await runningStack())
  db = await tables()
})

const claim = (admin: Admin, domain: string, headers: Record<string, string> = {}) =>
  admin.call('POST', '/domains', { body: { domain }, headers })
async function claimed(admin: Admin, domain = proofs.newDomain()) {
  const answer = await claim(admin, domain)
  assert.equal(answer.status, 201, answer.text)
  return domainIn(answer)
}
const check = (admin: Admin, domain: string, body: object = {}) =>
  admin.call('POST', `/domains/${domain}/check`, { body })
const show = (admin: Admin, domain: string) => admin.call('GET', `/domains/${domain}`)
const renew = (admin: Admin, domain: string) => admin.call('POST', `/domains/${domain}/renew`)
const release = (admin: Admin, domain: string, query = `?confirm=${domain}`) =>
  admin.call('DELETE', `/domains/${domain}${query}`)

async function verified(admin: Admin, domain?: string) {
  const one = await claimed(admin, domain)
  proofs.setTxt(one.domain, one.record.value)
  const answer = await check(admin, one.domain, { method: 'dns' })
  assert.equal(domainIn(answer).state, 'verified', answer.text)
  return domainIn(answer)
}

/** Lets the window of a claim have ended. */
async function expire({ orgId }: Admin, domain: string) {
  const key = directoryKeys.claim(orgId, domain)
  const item = await db.read(db.directory, key)
  await db.put(db.directory, { ...item, ...key, endsAt: 1_700_000_000 })
}

describe('claiming a domain', () => {
  test('answers what proves it, and how long there is for that', async () => {
    const admin = await newAdmin()
    const domain = proofs.newDomain()
    const before = Date.now()
    const one = domainIn(await claim(admin, ` ${domain.toUpperCase()}.`))
    const { record, file, createdAt, endsAt, ...rest } = one
    assert.match(
      record.value,
      /^latchkey-verification=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    )
    assert.deepEqual([record.type, record.name], ['TXT', domain])
    assert.deepEqual(file, {
      url: `https://${domain}/.well-known/latchkey-verification.txt`,
      content: record.value,
    })
    assert.deepEqual(rest, { domain, state: 'pending', secondsLeft: 10 * 24 * 3600 })
    assert.equal(Date.parse(String(endsAt)) - Date.parse(String(createdAt)), 10 * DAY_MS)
    assert.ok(Math.abs(Date.parse(String(createdAt)) - before) < 60_000)
    const shown = domainIn(await show(admin, domain))
    assert.ok(Number(shown['secondsLeft']) <= 10 * 24 * 3600)
    assert.deepEqual([shown.state, shown.record], ['pending', record])
  })

  const refused = [
    ['acme', 'domain_malformed'],
    ['192.0.2.1', 'domain_malformed'],
    ['co.uk', 'domain_public_suffix'],
    ['github.io', 'domain_public_suffix'],
    ['gmail.com', 'domain_consumer'],
    ['mail.gmail.com', 'domain_consumer'],
  ] as const
  for (const [domain, cause] of refused) {
    test(`refuses ${domain} with its reason`, async () => {
      assert.deepEqual(refusal(await claim(await newAdmin(), domain)), [422, cause])
    })
  }

  test('refuses it twice, but takes a call twice that is named', async () => {
    const admin = await newAdmin()
    const domain = proofs.newDomain()
    const headers = { 'idempotency-key': randomUUID() }
    const first = await claim(admin, domain, headers)
    const again = await claim(admin, domain, headers)
    assert.deepEqual([again.status, again.body], [201, first.body])
    assert.deepEqual(refusal(await claim(admin, domain)), [409, 'domain_claimed'])
    const other = await claim(admin, proofs.newDomain(), headers)
    assert.deepEqual(refusal(other), [422, 'key_reused'])
  })

  test('tells nothing of whether somebody has it', async () => {
    const domain = proofs.newDomain()
    await verified(await newAdmin(), domain)
    const [taken, free] = [await claimed(await newAdmin(), domain), await claimed(await newAdmin())]
    assert.deepEqual(Object.keys(taken), Object.keys(free))
    assert.equal(taken.state, 'pending')
  })

  test('ends at a hundred', async () => {
    const admin = await newAdmin()
    await db.put(db.directory, { ...directoryKeys.claimCount(admin.orgId), count: 100 })
    assert.deepEqual(refusal(await claim(admin, proofs.newDomain())), [409, 'too_many_domains'])
  })
})

describe('checking a domain', () => {
  test('answers precisely what stands in DNS and on the web server', async () => {
    const admin = await newAdmin()
    const { domain, record } = await claimed(admin)
    const seen = async () => domainIn(await check(admin, domain)).lastCheck
    assert.partialDeepStrictEqual(await seen(), {
      dns: { outcome: 'nothing_there' },
      file: { outcome: 'nothing_there', status: 404 },
    })
    proofs.setTxt(domain, 'v=spf1 -all', 'latchkey-verification=other')
    proofs.files.set(domain, 'another file')
    assert.partialDeepStrictEqual(await seen(), {
      dns: { outcome: 'other_value', got: ['latchkey-verification=other'] },
      file: { outcome: 'other_value', got: ['another file'] },
    })
    proofs.setTxt(domain)
    proofs.setTxt(`${domain}.${domain}`, record.value)
    proofs.files.set(domain, (response) =>
      response.writeHead(302, { location: 'https://elsewhere.proof.example/' }).end(),
    )
    assert.partialDeepStrictEqual(await seen(), {
      dns: { outcome: 'doubled_suffix', where: `${domain}.${domain}` },
      file: { outcome: 'redirected', where: 'elsewhere.proof.example' },
    })
    proofs.files.set(domain, 'x'.repeat(65_537))
    proofs.zone[`${domain}.${domain}`] = {}
    assert.partialDeepStrictEqual(await seen(), {
      dns: { outcome: 'nothing_there' },
      file: { outcome: 'too_large' },
    })
    proofs.zone[domain] = { a: ['169.254.169.254'] }
    assert.partialDeepStrictEqual(await seen(), { file: { outcome: 'address_forbidden' } })
    proofs.zone[domain] = 'servfail'
    const { dns } = await seen()
    assert.deepEqual(dns, { outcome: 'could_not_ask', cause: 'server_failure' })
    assert.equal(domainIn(await show(admin, domain)).state, 'pending')
  })

  test('says that TLS failed, and follows a redirect on the host itself', async () => {
    const admin = await newAdmin()
    const strange = `${randomUUID()}.strange.example`
    proofs.zone[strange] = { a: ['127.0.0.1'] }
    await claimed(admin, strange)
    const { file } = domainIn(await check(admin, strange, { method: 'file' })).lastCheck
    assert.partialDeepStrictEqual(file, { outcome: 'could_not_ask', cause: 'tls_failed' })
    const { domain, record } = await claimed(admin)
    let requests = 0
    proofs.files.set(domain, (response) => {
      requests++
      if (requests > 1) response.end(record.value)
      else response.writeHead(301, { location: '/.well-known/latchkey-verification.txt' }).end()
    })
    const checked = domainIn(await check(admin, domain, { method: 'file' }))
    assert.deepEqual([checked.state, checked['method'], requests], ['verified', 'file', 2])
    assert.equal(checked.lastCheck.dns, undefined)
  })

  test('verifies a domain once: whoever proves it later cannot have it, and learns nothing', async () => {
    const [first, second] = [await newAdmin(), await newAdmin()]
    const domain = proofs.newDomain()
    const claims = [await claimed(first, domain), await claimed(second, domain)]
    proofs.setTxt(domain, ...claims.map(({ record }) => record.value))
    const won = domainIn(await check(first, domain))
    const { endsAt, verifiedAt, record } = won
    assert.deepEqual([won.state, won['method'], endsAt], ['verified', 'dns', undefined])
    assert.ok(Date.parse(String(verifiedAt)) > 0)
    assert.deepEqual(record, claims[0]?.record)
    const lost = await check(second, domain)
    assert.deepEqual(refusal(lost), [409, 'domain_unavailable'])
    assert.doesNotMatch(lost.text, new RegExp(`${first.orgId}|Acme`))
    assert.equal(domainIn(await show(second, domain)).state, 'pending')
  })

  test('never accepts the code of a claim that is over; a renewed one has another', async () => {
    const admin = await newAdmin()
    const { domain, record } = await claimed(admin)
    proofs.setTxt(domain, record.value)
    assert.deepEqual(refusal(await renew(admin, domain)), [409, 'claim_running'])
    await expire(admin, domain)
    assert.deepEqual(refusal(await check(admin, domain)), [409, 'claim_expired'])
    const expired = domainIn(await show(admin, domain))
    assert.deepEqual(
      [expired.state, expired.record, expired.file],
      ['expired', undefined, undefined],
    )
    assert.equal(expired['secondsLeft'], undefined)
    const renewed = domainIn(await renew(admin, domain))
    assert.equal(renewed.state, 'pending')
    assert.notEqual(renewed.record.value, record.value)
    const { state, lastCheck } = domainIn(await check(admin, domain, { method: 'dns' }))
    assert.equal(state, 'pending')
    assert.deepEqual(lastCheck.dns, { outcome: 'other_value', got: [record.value] })
    proofs.setTxt(domain, record.value, renewed.record.value)
    assert.equal(domainIn(await check(admin, domain)).state, 'verified')
    assert.deepEqual(refusal(await renew(admin, domain)), [409, 'domain_verified'])
  })

  test('brings a lapsed domain back by another code alone', async () => {
    const admin = await newAdmin()
    const { domain, record } = await verified(admin)
    const key = directoryKeys.claim(admin.orgId, domain)
    const item = await db.read(db.directory, key)
    await db.put(db.directory, { ...item, ...key, state: 'lapsed', lapsedAt: 1_700_000_000 })
    await db.remove(db.directory, directoryKeys.domain(domain))
    const organization = directoryKeys.organization(admin.orgId)
    const before = await db.read(db.directory, organization)
    await db.put(db.directory, { ...before, ...organization, domains: [admin.domain] })
    assert.deepEqual(refusal(await check(admin, domain)), [409, 'domain_lapsed'])
    const renewed = domainIn(await renew(admin, domain))
    assert.notEqual(renewed.record.value, record.value)
    proofs.setTxt(domain, renewed.record.value)
    assert.equal(domainIn(await check(admin, domain)).state, 'verified')
  })

  test('does not verify a claim that is changed while it is looked for', async () => {
    const admin = await newAdmin()
    const { domain, record } = await claimed(admin)
    const key = directoryKeys.claim(admin.orgId, domain)
    proofs.files.set(domain, (response) => {
      void db
        .read(db.directory, key)
        .then((item) => db.put(db.directory, { ...item, ...key, code: randomUUID() }))
        .then(() => response.end(record.value))
    })
    assert.deepEqual(refusal(await check(admin, domain)), [412, 'changed_meanwhile'])
    assert.equal(domainIn(await show(admin, domain)).state, 'pending')
  })

  test('needs the organization, as all changes of who owns a domain do', async () => {
    const admin = await newAdmin()
    const [owned, pending] = [await verified(admin), await claimed(admin)]
    proofs.setTxt(pending.domain, pending.record.value)
    await db.remove(db.directory, directoryKeys.organization(admin.orgId))
    const gone = [404, 'organization_unknown']
    assert.deepEqual(refusal(await check(admin, pending.domain)), gone)
    assert.deepEqual(refusal(await release(admin, owned.domain)), gone)
    assert.deepEqual(refusal(await claim(admin, proofs.newDomain())), gone)
  })

  test('is limited to thirty an hour', async () => {
    const admin = await newAdmin()
    const { domain } = await claimed(admin)
    const all: Answer[] = []
    for (let i = 0; i < 31; i++) all.push(await check(admin, domain, { method: 'dns' }))
    const statuses = all.map(({ status }) => status)
    // The hour may end in between.
    const isOver = statuses.lastIndexOf(429)
    assert.ok(isOver === 30 || Date.now() % 3_600_000 < 60_000, statuses.join(' '))
    const last = all.at(-1)
    if (last?.status !== 429) return
    assert.equal(causeIn(last), 'too_many_checks')
    assert.ok(Number(last.headers.get('retry-after')) > 0)
  })
})

describe('people of a verified domain', () => {
  test('are accepted from the organization’s providers, at once and as long as it is verified', async () => {
    const tenant = await newTenant()
    const key = await newApiKey(tenant.orgId, 'admin')
    const admin = adminOf(tenant, key)
    const domain = proofs.newDomain()
    const signIn = () => postResponse(tenant, tenant.respond({ email: `ada@${domain}` }))
    assert.equal((await signIn()).status, 403)
    await verified(admin, domain)
    const landed = landingOf(await signIn())
    const redeemed = await redeem(tenant, landed.token)
    assert.equal(redeemed.status, 200)
    const { user } = (await redeemed.json()) as { user: { id: string; email: string } }
    assert.equal(user.email, `ada@${domain}`)
    const kept = await release(admin, domain)
    assert.deepEqual(refusal(kept), [409, 'domain_in_use'])
    assert.partialDeepStrictEqual(kept.body['problems'], [{ count: 1, userIds: [user.id] }])
    assert.equal((await release(admin, domain, `?confirm=${domain}&handOver=true`)).status, 204)
    assert.equal((await signIn()).status, 403)
    assert.equal(landingOf(await postResponse(tenant, tenant.respond())).page.length > 0, true)
  })
})

describe('the daily look at a verified domain', () => {
  /** Lets a domain be due, as if its grace had begun so long ago. */
  async function due({ orgId }: Pick<Admin, 'orgId'>, domain: string, changes: object = {}) {
    const row = { domain, orgId, dueAt: 1 }
    await db.put(db.directory, { ...directoryKeys.scheduledDomain(domain), ...row })
    const key = directoryKeys.claim(orgId, domain)
    const item = await db.read(db.directory, key)
    await db.put(db.directory, { ...item, ...key, ...changes })
    const { stack } = await runningStack()
    await stack.runSchedule('domains-recheck')
  }

  test('keeps it while its record is there or nobody could say, and lets it lapse after a grace', async () => {
    const admin = await newAdmin()
    const { id } = await admin.create()
    const { events } = await runningStack()
    const { domain, record } = await verified(admin)
    await due(admin, domain)
    const before = domainIn(await show(admin, domain))
    assert.deepEqual([before.state, before['missingSince']], ['verified', undefined])
    proofs.zone[domain] = 'servfail'
    await due(admin, domain)
    assert.deepEqual(domainIn(await show(admin, domain)), before)

    proofs.setTxt(domain)
    await due(admin, domain)
    const missing = domainIn(await show(admin, domain))
    const grace = Date.parse(String(missing['graceEndsAt']))
    assert.equal(grace - Date.parse(String(missing['missingSince'])), 14 * DAY_MS)
    assert.deepEqual([missing.state, missing.record], ['verified', record])
    assert.equal(missing.lastCheck.dns?.['outcome'], 'nothing_there')
    proofs.setTxt(domain, record.value)
    await due(admin, domain)
    assert.equal(domainIn(await show(admin, domain))['missingSince'], undefined)

    proofs.setTxt(domain)
    await due(admin, domain)
    await due(admin, domain, { graceEndsAt: 1_700_000_000, warnedDays: 1 })
    const lapsed = domainIn(await show(admin, domain))
    assert.deepEqual([lapsed.state, lapsed.record], ['lapsed', undefined])
    const idp = await admin.call('GET', `/idps/${id}`)
    assert.deepEqual(idp.body['verifiedDomains'], [admin.domain])
    const told = await events.waitFor(({ subject }) => subject === domain, 6)
    assert.deepEqual(
      told.map(({ type }) => type.replace('latchkey.domain.', '')),
      ['claimed', 'verified', 'record-missing', 'record-found', 'record-missing', 'lapsed'].map(
        (what) => `${what}.v1`,
      ),
    )
  })
})

describe('releasing a domain', () => {
  async function person({ orgId }: Admin, domain: string, state: string) {
    const userId = newUserId()
    await db.put(db.directory, { ...directoryKeys.domainUser(orgId, domain, userId), userId })
    const user = { userId, orgId, state, email: `x@${domain}` }
    await db.put(db.directory, { ...directoryKeys.user(orgId, userId), ...user })
    return userId
  }

  test('needs a confirmation by its name, and frees it', async () => {
    const admin = await newAdmin()
    const { domain } = await verified(admin)
    const expected = [422, 'domain_confirmation_wrong']
    assert.deepEqual(refusal(await release(admin, domain, '')), expected)
    assert.deepEqual(refusal(await release(admin, domain, '?confirm=other.example')), expected)
    assert.equal((await release(admin, domain)).status, 204)
    assert.deepEqual(refusal(await show(admin, domain)), [404, 'domain_unknown'])
    await verified(await newAdmin(), domain)
  })

  test('is refused while active people depend on it, unless they are handed over', async () => {
    const admin = await newAdmin()
    const { domain } = await verified(admin)
    await person(admin, domain, 'suspended')
    const userId = await person(admin, domain, 'active')
    const refused = await release(admin, domain)
    assert.deepEqual(refusal(refused), [409, 'domain_in_use'])
    assert.deepEqual(refused.body['problems'], [
      { field: 'domain', cause: 'active_users', count: 1, hasMore: false, userIds: [userId] },
    ])
    assert.equal((await release(admin, domain, `?confirm=${domain}&handOver=false`)).status, 409)
    assert.equal((await release(admin, domain, `?confirm=${domain}&handOver=true`)).status, 204)
    const user = await db.read(db.directory, directoryKeys.user(admin.orgId, userId))
    assert.equal(user?.['state'], 'active')
  })

  test('just lets a claim go, pending or expired', async () => {
    const admin = await newAdmin()
    const [pending, expired] = [await claimed(admin), await claimed(admin)]
    await expire(admin, expired.domain)
    for (const { domain } of [pending, expired]) {
      assert.equal((await release(admin, domain, '')).status, 204)
      assert.equal((await release(admin, domain, '')).status, 404)
    }
    await claimed(admin, pending.domain)
  })
})

describe('domains of an organization', () => {
  test('are listed in pages', async () => {
    const admin = await newAdmin()
    const names = [admin.domain]
    for (let i = 0; i < 4; i++) names.push((await claimed(admin)).domain)
    names.sort((one, other) => (one < other ? -1 : 1))
    const found: string[] = []
    let query = '?limit=2'
    for (;;) {
      const { status, body } = await admin.call('GET', `/domains${query}`)
      assert.equal(status, 200)
      found.push(...(body['domains'] as Domain[]).map(({ domain }) => domain))
      if (body['next'] === undefined) break
      query = `?limit=2&cursor=${String(body['next'])}`
    }
    assert.deepEqual(found, names)
    const wrong = await admin.call('GET', '/domains?cursor=eA')
    assert.deepEqual(refusal(wrong), [422, 'request_refused'])
  })

  test('are none of another organization’s business', async () => {
    const [admin, other] = [await newAdmin(), await newAdmin()]
    const { domain } = await claimed(other)
    const calls = [
      await show(admin, domain),
      await check(admin, domain),
      await renew(admin, domain),
      await release(admin, domain),
    ]
    const never = await show(admin, `${randomUUID()}.example`)
    for (const { status, text } of calls) assert.deepEqual([status, text], [404, never.text])
    assert.equal((await show(admin, domain.toUpperCase())).text, never.text)
    assert.equal((await show(admin, 'no%20name')).text, never.text)
  })

  test('are changed by admins, and seen by readers', async () => {
    const admin = await newAdmin()
    const { domain } = await claimed(admin)
    for (const [key, status] of [
      [admin.keys.reader, 200],
      [admin.keys.setup, 403],
    ] as const) {
      assert.equal((await admin.call('GET', '/domains', { key })).status, status)
      assert.equal((await admin.call('GET', `/domains/${domain}`, { key })).status, status)
      const changes = [
        await admin.call('POST', '/domains', { key, body: { domain } }),
        await admin.call('POST', `/domains/${domain}/check`, { key, body: {} }),
        await admin.call('POST', `/domains/${domain}/renew`, { key }),
        await admin.call('DELETE', `/domains/${domain}`, { key }),
      ]
      for (const changed of changes) assert.deepEqual(refusal(changed), [403, 'forbidden'])
    }
  })

  test('tell what happens to them', async () => {
    const admin = await newAdmin()
    const { events } = await runningStack()
    const { domain } = await verified(admin)
    await release(admin, domain)
    const told = await events.waitFor(({ subject }) => subject === domain, 3)
    assert.deepEqual(
      told.map(({ type, data }) => [type, data]),
      [
        ['claimed', {}],
        ['verified', { method: 'dns' }],
        ['released', { formerState: 'verified' }],
      ].map(([what, data]) => [
        `latchkey.domain.${String(what)}.v1`,
        { domain, orgId: admin.orgId, ...(data as object), actor: told[0]?.data['actor'] },
      ]),
    )
    assert.match(String(told[0]?.data['actor']), /^apikey:key_[0-9a-f]{32}$/)
  })
})

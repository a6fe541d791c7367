import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { setUserState, tracesOf } from './directory.ts'
import { landingOf, postResponse, redeem, requestIn, startLogin } from './hops.ts'
import { fewestRounds } from './rounds.ts'
import { runningStack } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Identity = {
  id_token: string
  user: { id: string; email: string; given_name?: string; name?: string }
  organization: { id: string; name: string }
  product: string
  target?: string
  groups?: string[]
}

/** Signs in from the provider and redeems: what the product learns. */
async function signIn(tenant: Tenant, assertion: Parameters<Tenant['respond']>[0] = {}) {
  const landed = landingOf(await postResponse(tenant, tenant.respond(assertion)))
  const redeemed = await redeem(tenant, landed.token)
  assert.equal(redeemed.status, 200)
  return (await redeemed.json()) as Identity
}

describe('a sign-in that the provider starts', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  test('signs a person in who was not known before, and tells it once on the queue', async () => {
    const response = await postResponse(tenant, tenant.respond())
    assert.equal(response.status, 303)
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
    const landed = landingOf(response)
    assert.equal(landed.page, 'https://meetings.example/landing')
    const identity = (await (await redeem(tenant, landed.token)).json()) as Identity
    assert.equal(identity.user.email, `ada@${tenant.domain}`)
    assert.equal(identity.user.given_name, 'Ada')
    assert.equal(identity.organization.id, tenant.orgId)

    const { stack, events } = tenant.running
    const keys = createRemoteJWKSet(new URL(`${stack.url}/.well-known/jwks.json`))
    const { payload } = await jwtVerify(identity.id_token, keys, {
      issuer: stack.url,
      audience: 'meetings',
      algorithms: ['RS256'],
    })
    assert.equal(payload.sub, identity.user.id)
    assert.equal(payload['org'], tenant.orgId)
    assert.equal(payload['idp'], tenant.idp.id)
    assert.equal(payload['acr'], 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password')
    assert.equal(payload['email'], `ada@${tenant.domain}`)
    assert.equal(payload['family_name'], 'Lovelace')

    const told = await events.waitFor(({ subject }) => subject === identity.user.id, 2)
    assert.deepEqual(told.map(({ type }) => type).sort(), [
      'latchkey.sign-in.succeeded.v1',
      'latchkey.user.created.v1',
    ])
    const created = told.find(({ type }) => type === 'latchkey.user.created.v1')
    assert.equal(created?.specversion, '1.0')
    assert.equal(created?.data['email'], `ada@${tenant.domain}`)
    assert.equal(created?.data['actor'], `idp:${tenant.idp.id}`)
  })

  test('finds the same person again by the NameID', async () => {
    const first = await signIn(tenant, { nameId: 'a-1', email: `grace@${tenant.domain}` })
    const second = await signIn(tenant, { nameId: 'a-1', email: `grace@${tenant.domain}` })
    assert.equal(second.user.id, first.user.id)
  })

  test('takes over what the provider says now, e-mail included, for the same user', async () => {
    const { domain } = tenant
    const first = await signIn(tenant, { nameId: 'b-1', email: `old@${domain}` })
    const second = await signIn(tenant, {
      nameId: 'b-1',
      email: `new@${domain}`,
      displayName: 'Zoë Ünder',
    })
    assert.equal(second.user.id, first.user.id)
    assert.equal(second.user.email, `new@${domain}`)
    assert.equal(second.user.name, 'Zoë Ünder')
    const third = await signIn(tenant, { nameId: 'b-1', email: `new@${domain}` })
    assert.equal(third.user.name, undefined)
    const other = await signIn(tenant, { nameId: 'b-2', email: `old@${domain}` })
    assert.notEqual(other.user.id, first.user.id)
    const updated = await tenant.running.events.waitFor(
      ({ subject, type }) => subject === first.user.id && type === 'latchkey.user.updated.v1',
      1,
    )
    assert.equal(updated[0]?.data['rev'], 2)
  })

  test('lets two first sign-ins of one person at once make one user', async () => {
    const who = { nameId: 'c-1', email: `race@${tenant.domain}` }
    const identities = await Promise.all(Array.from({ length: 6 }, () => signIn(tenant, who)))
    assert.equal(new Set(identities.map(({ user }) => user.id)).size, 1)
  })

  test('refuses another NameID with an address that is taken', async () => {
    await signIn(tenant, { nameId: 'd-1', email: `taken@${tenant.domain}` })
    const response = await postResponse(
      tenant,
      tenant.respond({ nameId: 'd-2', email: `Taken@${tenant.domain}` }),
    )
    assert.equal(response.status, 403)
  })

  test('refuses a suspended user, and lets them in again', async () => {
    const who = { nameId: 'e-1', email: `away@${tenant.domain}` }
    const { user } = await signIn(tenant, who)
    await setUserState(tenant.orgId, user.id, 'suspended')
    assert.equal((await postResponse(tenant, tenant.respond(who))).status, 403)
    const changed = { ...who, displayName: 'New name' }
    assert.equal((await postResponse(tenant, tenant.respond(changed))).status, 403)
    await setUserState(tenant.orgId, user.id, 'active')
    assert.equal((await signIn(tenant, changed)).user.id, user.id)
  })

  const landings = [
    ['a product key', 'training', 'https://training.example/in', null],
    ['a landing URL', 'https://meetings.example/landing', 'https://meetings.example/landing', null],
    [
      'an allowed page of a product',
      'https://training.example/courses/7?tab=2',
      'https://training.example/in',
      '/courses/7?tab=2',
    ],
    ['a page that is not allowed', 'https://training.example/admin', undefined, null],
    ['a foreign page', 'https://evil.example/landing', undefined, null],
    ['a script', 'javascript:alert(1)', undefined, null],
    ['an opaque value', 'ss:mem:4c1f', undefined, null],
  ] as const
  for (const [name, relayState, page, target] of landings) {
    test(`goes by RelayState to ${page ? 'where it may' : 'the default page'}: ${name}`, async () => {
      const landed = landingOf(await postResponse(tenant, tenant.respond(), relayState))
      assert.equal(landed.page, page ?? 'https://meetings.example/landing')
      assert.equal(landed.target, target)
    })
  }

  const withAttribute = (name: string, ...values: readonly string[]) => {
    const all = values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
    const attribute = `<saml:Attribute Name="${name}">${all.join('')}</saml:Attribute>`
    return (xml: string) => xml.replace('</saml:AttributeStatement>', (end) => attribute + end)
  }

  test('hands all groups on to the product, by the name that an admin has given', async () => {
    const edit = withAttribute('team', 'engineers', 'Ädmins')
    const grouped = await newTenant({ attributeNames: { groups: ['team'] } })
    assert.deepEqual((await signIn(grouped, { edit })).groups, ['engineers', 'Ädmins'])
    const email = `g@${tenant.domain}`
    assert.equal((await signIn(tenant, { nameId: 'g-1', email, edit })).groups, undefined)
  })

  test('knows a person by an attribute where the NameID is another one each time', async () => {
    const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const edit = withAttribute('urn:oasis:names:tc:SAML:attribute:subject-id', 'ada@school.example')
    const who = { nameIdFormat, edit, email: `transient@${tenant.domain}` }
    const first = await signIn(tenant, { ...who, nameId: '_t1' })
    const second = await signIn(tenant, { ...who, nameId: '_t2' })
    assert.equal(second.user.id, first.user.id)
  })

  test("works at an organization's own identifiers, and only there", async () => {
    const own = await newTenant({ identifiers: 'organization' })
    assert.match(own.serviceProvider.acsUrl, new RegExp(`/saml/${own.orgId}/acs$`))
    const identity = await signIn(own)
    assert.equal(identity.organization.id, own.orgId)
    const response = await postResponse(tenant, own.respond({ email: `eve@${own.domain}` }))
    assert.equal(response.status, 403)
  })
})

describe('a sign-in that we start', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  test('sends an AuthnRequest and takes its one answer', async () => {
    const started = await startLogin(tenant, '?product=training&target=/courses/1')
    assert.equal(started.status, 302)
    const { url, xml, id } = await requestIn(started)
    assert.equal(url.origin + url.pathname, tenant.idp.singleSignOn.url.split('?')[0])
    assert.equal(url.searchParams.get('tenant'), '1')
    assert.ok(xml.includes(`AssertionConsumerServiceURL="${tenant.serviceProvider.acsUrl}"`))
    assert.ok(xml.includes(`>${tenant.serviceProvider.entityId}</saml:Issuer>`))

    const response = tenant.respond({ inResponseTo: id })
    const landed = landingOf(await postResponse(tenant, response, 'https://evil.example'))
    assert.equal(landed.page, 'https://training.example/in')
    assert.equal(landed.target, '/courses/1')
    const redeemed = await redeem(tenant, landed.token, 'training')
    assert.equal(((await redeemed.json()) as Identity).target, '/courses/1')
    assert.equal((await postResponse(tenant, response)).status, 403)
    const another = tenant.respond({ inResponseTo: id })
    assert.equal((await postResponse(tenant, another)).status, 403)
  })

  const elsewhere = [
    ['an unknown product', '?product=nothing'],
    ['a page that is not allowed', '?product=training&target=/admin'],
    ['a protocol-relative target', '?product=training&target=//evil.example'],
  ] as const
  for (const [name, query] of elsewhere) {
    test(`goes to the default page for ${name}, and notes it`, async () => {
      const { id, relayState } = await requestIn(await startLogin(tenant, query))
      const response = tenant.respond({ inResponseTo: id })
      const landed = landingOf(await postResponse(tenant, response, relayState))
      assert.equal(landed.page, 'https://meetings.example/landing')
      assert.equal(landed.target, null)
      const traces = await tracesOf(tenant.orgId)
      assert.deepEqual(traces.at(-1)?.notes, ['landing_not_allowed'])
    })
  }

  test('refuses a repeated parameter', async () => {
    const response = await startLogin(tenant, '?product=training&product=meetings')
    assert.equal(response.status, 400)
    assert.match(await response.text(), /trc_[0-9a-f]{32}/)
  })

  test('refuses an unknown provider and one that is not active', async () => {
    const unknown = { ...tenant, idp: { ...tenant.idp, id: `idp_${'0'.repeat(32)}` as const } }
    assert.equal((await startLogin(unknown)).status, 403)
    const inactive = await newTenant({ state: 'inactive' })
    assert.equal((await startLogin(inactive)).status, 403)
    assert.equal((await postResponse(inactive, inactive.respond())).status, 403)
  })
})

describe('round trips to AWS', () => {
  test('are one at the start, two at the ACS and two at the redeem', async () => {
    const tenant = await newTenant()
    const { stack } = tenant
    const { fewest, count } = fewestRounds(stack, ['start', 'first', 'again', 'redeem'])
    for (let play = 0; play < 5; play++) {
      const email = `play-${play}@${tenant.domain}`
      const started = await count('start', 'saml-login', () => startLogin(tenant))
      const { id } = await requestIn(started)
      const answer = tenant.respond({ email, inResponseTo: id })
      await count('first', 'saml-acs', () => postResponse(tenant, answer))
      const unsolicited = tenant.respond({ email })
      const again = await count('again', 'saml-acs', () => postResponse(tenant, unsolicited))
      const { token } = landingOf(again)
      const redeemed = await count('redeem', 'tokens-redeem', () => redeem(tenant, token))
      assert.equal(redeemed.status, 200)
    }
    assert.deepEqual(fewest, { start: 1, first: 2, again: 2, redeem: 2 })
  })

  test('go no further than what the roles allow', async () => {
    const { stack } = await runningStack()
    assert.deepEqual(stack.denials(), [])
  })
})

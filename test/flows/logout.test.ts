import assert from 'node:assert/strict'
import { afterEach, before, describe, test } from 'node:test'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import type { LogoutEndpoint } from '#shared/idps/types.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { everythingBut, findTrace, tracesOf } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import {
  type Binding,
  bring,
  departed,
  idIn,
  logoutRequestXml,
  logoutResponseXml,
  type Redeemed,
  signedIn,
} from './logout-hops.ts'
import { fewestRounds } from './rounds.ts'
import { settled } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

const bindings = ['redirect', 'post'] as const
const endpointOf = (binding: Binding): LogoutEndpoint => ({
  binding,
  url: `https://idp.example/${binding}/slo`,
  responseUrl: `https://idp.example/${binding}/slo-done`,
})

const tenSecondsAgo = () => new Date(Date.now() - 10_000).toISOString()
const traceIdIn = (page: string) => /trc_[0-9a-f]{32}/.exec(page)?.[0] ?? ''
const endsOf = (tenant: Tenant, { user }: Redeemed) =>
  tenant.running.events.waitFor(
    ({ subject, type }) => subject === user.id && type === 'latchkey.session.ended.v1',
    1,
  )
const dataOf = ([event]: readonly CloudEvent[]) => {
  const { actor: _, traceId: __, ...rest } = event?.data ?? {}
  return rest
}

const services = bindings.flatMap((binding) =>
  (['shared', 'organization'] as const).map((identifiers) => ({ binding, identifiers })),
)
for (const { binding, identifiers } of services) {
  describe(`single logout by ${binding}, ${identifiers} identifiers`, () => {
    let tenant: Tenant
    before(async () => {
      tenant = await newTenant({ identifiers, singleLogout: endpointOf(binding) })
    })
    const ask = (xml: string, relayState?: string) =>
      bring(tenant, binding, ['SAMLRequest', xml], relayState === undefined ? {} : { relayState })

    test('the provider ends one session, and gets a signed answer with its RelayState', async () => {
      const nameId = 'ada'
      const session = await signedIn(tenant, { nameId })
      const request = logoutRequestXml(tenant, { nameId, sessionIndexes: ['_s1'] })
      const answer = await departed(tenant, await ask(request, 'state/of the=provider'))
      assert.equal(answer.parameter, 'SAMLResponse')
      assert.equal(answer.address, `https://idp.example/${binding}/slo-done`)
      assert.equal(answer.relayState, 'state/of the=provider')
      const value = { inResponseTo: idIn(request), outcome: 'complete' }
      assert.deepEqual(answer.judged, { ok: true, value })
      assert.deepEqual(dataOf(await endsOf(tenant, session)), {
        userId: session.user.id,
        orgId: tenant.orgId,
        idpId: tenant.idp.id,
        sids: [session.sid],
        endedBy: 'identity-provider',
      })
    })

    test('the provider ends all sessions where it names none', async () => {
      const nameId = 'grace'
      const email = `grace@${tenant.domain}`
      const session = await signedIn(tenant, { nameId, email })
      const answer = await departed(tenant, await ask(logoutRequestXml(tenant, { nameId })))
      assert.ok(answer.judged.ok)
      assert.equal(answer.relayState, undefined)
      assert.deepEqual(dataOf(await endsOf(tenant, session)), {
        userId: session.user.id,
        orgId: tenant.orgId,
        idpId: tenant.idp.id,
        endedBy: 'identity-provider',
      })
    })

    test('a token of a session that ended is not redeemed, one of a later sign-in is', async () => {
      const person = { nameId: 'kay', email: `kay@${tenant.domain}` }
      const early = landingOf(await postResponse(tenant, tenant.respond(person)))
      await ask(logoutRequestXml(tenant, { nameId: 'kay', sessionIndexes: ['_s1'] }))
      assert.equal((await redeem(tenant, early.token)).status, 400)
      const late = landingOf(await postResponse(tenant, tenant.respond(person)))
      assert.equal((await redeem(tenant, late.token)).status, 200)
    })

    test('a response from before the logout that is delivered after it gives no session', async () => {
      const edit = (xml: string) =>
        xml.replace(/(<saml:Assertion [^>]*IssueInstant=)"[^"]*"/, `$1"${tenSecondsAgo()}"`)
      const person = { nameId: 'held', email: `held@${tenant.domain}` }
      await signedIn(tenant, person)
      const held = tenant.respond({ ...person, edit })
      await ask(logoutRequestXml(tenant, { nameId: 'held', sessionIndexes: ['_s1'] }))
      const { token } = landingOf(await postResponse(tenant, held))
      assert.equal((await redeem(tenant, token)).status, 400)
    })

    test('a token of another session of the same person is redeemed', async () => {
      const person = { nameId: 'joan', email: `joan@${tenant.domain}` }
      const { token } = landingOf(await postResponse(tenant, tenant.respond(person)))
      await ask(logoutRequestXml(tenant, { nameId: 'joan', sessionIndexes: ['_another'] }))
      assert.equal((await redeem(tenant, token)).status, 200)
    })

    test('a provider that asks for a stranger is told so, and nothing happens', async () => {
      const request = logoutRequestXml(tenant, { nameId: 'nobody' })
      const answer = await departed(tenant, await ask(request))
      assert.deepEqual(answer.judged, {
        ok: true,
        value: { inResponseTo: idIn(request), outcome: 'failed' },
      })
      assert.match(answer.xml, /status:Requester"><samlp:StatusCode Value="[^"]*UnknownPrincipal"/)
    })

    test('the provider is answered by the binding that it wants, whichever it asks by', async () => {
      const wanted = binding === 'post' ? 'redirect' : 'post'
      const other = await newTenant({ identifiers, singleLogout: endpointOf(wanted) })
      await signedIn(other, { nameId: 'ada' })
      const request = logoutRequestXml(other, { nameId: 'ada' })
      const answer = await bring(other, binding, ['SAMLRequest', request])
      assert.equal(answer.status, wanted === 'post' ? 200 : 302)
      const { address, judged } = await departed(other, answer)
      assert.equal(address, `https://idp.example/${wanted}/slo-done`)
      const value = { inResponseTo: idIn(request), outcome: 'complete' }
      assert.deepEqual(judged, { ok: true, value })
    })

    test('the same request a second time is refused and not answered', async () => {
      const request = logoutRequestXml(tenant, { nameId: 'ada', sessionIndexes: ['_s1'] })
      await ask(request)
      const stored = await everythingBut('trace#')
      const answer = await ask(request)
      assert.equal(answer.status, 403)
      const trace = await findTrace(tenant.orgId, traceIdIn(await answer.text()))
      assert.equal(trace?.cause, 'logout_replayed')
      assert.equal(await everythingBut('trace#'), stored)
    })

    test('of twenty deliveries of one request at once one is answered', async () => {
      const request = logoutRequestXml(tenant, { nameId: 'ada' })
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(request)))
      assert.equal(answers.filter(({ status }) => status === 403).length, 19)
    })

    test('of many requests at once none is lost', async () => {
      const person = { nameId: 'many', email: `many@${tenant.domain}` }
      const session = await signedIn(tenant, person)
      const indexes = Array.from({ length: 4 }, (_, i) => `_m${i}`)
      const answers = await Promise.all(
        indexes.map((one) =>
          ask(logoutRequestXml(tenant, { nameId: 'many', sessionIndexes: [one] })),
        ),
      )
      for (const answer of answers) assert.ok((await departed(tenant, answer)).judged.ok)
      const ended = await tenant.running.events.waitFor(
        ({ subject, type }) => subject === session.user.id && type === 'latchkey.session.ended.v1',
        indexes.length,
      )
      assert.equal(new Set(ended.map(({ id }) => id)).size, indexes.length)
    })

    test('a product ends a session, and the provider gets the NameID as it gave it', async () => {
      const edit = (xml: string) =>
        xml.replace('<saml:NameID ', '<saml:NameID NameQualifier="q&amp;" SPNameQualifier="" ')
      const nameId = 'Zoë &amp; &lt;Co&gt;'
      const email = `zoe@${tenant.domain}`
      const session = await signedIn(tenant, { nameId, email, edit })
      const asked = await departed(tenant, await fetch(session.logout_url, { redirect: 'manual' }))
      assert.equal(asked.parameter, 'SAMLRequest')
      assert.equal(asked.address, `https://idp.example/${binding}/slo`)
      const value = { nameId: 'Zoë & <Co>', sessionIndexes: ['_s1'] }
      assert.deepEqual(asked.judged, { ok: true, value })
      assert.match(asked.xml, /<saml:NameID NameQualifier="q&amp;" SPNameQualifier="" Format="urn:/)
      assert.deepEqual(dataOf(await endsOf(tenant, session)), {
        userId: session.user.id,
        orgId: tenant.orgId,
        idpId: tenant.idp.id,
        sids: [session.sid],
        endedBy: 'product',
      })

      const inResponseTo = idIn(asked.xml)
      const response = logoutResponseXml(tenant, { inResponseTo })
      const delivery = { relayState: asked.relayState ?? '' }
      const back = await bring(tenant, binding, ['SAMLResponse', response], delivery)
      assert.equal(back.status, 303)
      assert.equal(back.headers.get('location'), 'https://meetings.example/bye?from=latchkey')
      const again = await bring(tenant, binding, ['SAMLResponse', response], delivery)
      assert.equal(again.status, 403)
    })
  })
}

describe('a logout that a product starts', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant({ singleLogout: endpointOf('redirect') })
  })
  const open = (url: string) => fetch(url, { redirect: 'manual' })
  const person = (name: string) => ({ nameId: name, email: `${name}@${tenant.domain}` })

  test('can be started again: the provider is asked again, and nothing ends twice', async () => {
    const session = await signedIn(tenant, person('twice'))
    const first = await departed(tenant, await open(session.logout_url))
    const second = await departed(tenant, await open(session.logout_url))
    assert.ok(second.judged.ok)
    assert.notEqual(idIn(first.xml), idIn(second.xml))
    await endsOf(tenant, session)
    const traces = await tracesOf(tenant.orgId)
    assert.ok(traces.some(({ notes }) => notes?.includes('session_ended_before')))
    await settled()
    const ended = tenant.running.events.all.filter(
      ({ subject, type }) => subject === session.user.id && type === 'latchkey.session.ended.v1',
    )
    assert.equal(ended.length, 1)
  })

  test('does not keep the person from signing in again in the same session of the provider', async () => {
    const session = await signedIn(tenant, person('again'))
    await open(session.logout_url)
    const next = await signedIn(tenant, person('again'))
    assert.equal(next.sid, session.sid)
  })

  const returns = [
    ['/rooms/7', 'https://meetings.example/bye?from=latchkey&target=%2Frooms%2F7'],
    ['//evil.example', 'https://meetings.example/bye?from=latchkey'],
    ['https://evil.example/', 'https://meetings.example/bye?from=latchkey'],
  ] as const
  for (const [path, location] of returns) {
    test(`goes to ${location} where ${path} is asked for`, async () => {
      const session = await signedIn(tenant, person(`to-${returns.findIndex(([p]) => p === path)}`))
      const url = `${session.logout_url}&return=${encodeURIComponent(path)}`
      const { xml } = await departed(tenant, await open(url))
      const response = logoutResponseXml(tenant, { inResponseTo: idIn(xml) })
      const back = await bring(tenant, 'post', ['SAMLResponse', response])
      assert.equal(back.headers.get('location'), location)
    })
  }

  test('ends with a page of ours where the product has none', async () => {
    const session = await signedIn(tenant, person('page'), 'training')
    const { xml } = await departed(tenant, await open(session.logout_url))
    const response = logoutResponseXml(tenant, { inResponseTo: idIn(xml) })
    const back = await bring(tenant, 'post', ['SAMLResponse', response])
    assert.equal(back.status, 200)
    assert.match(await back.text(), /You are signed out/)
  })

  const reports = [
    ['Success PartialLogout', 'logout_partial'],
    ['Responder RequestDenied', 'logout_failed'],
  ] as const
  for (const [status, note] of reports) {
    test(`goes on where the provider answers ${status}, and notes it`, async () => {
      const session = await signedIn(tenant, person(note))
      const { xml } = await departed(tenant, await open(session.logout_url))
      const response = logoutResponseXml(tenant, { inResponseTo: idIn(xml), status })
      const back = await bring(tenant, 'redirect', ['SAMLResponse', response])
      assert.equal(back.status, 303)
      const traces = await tracesOf(tenant.orgId)
      assert.ok(traces.some(({ notes }) => notes?.includes(note)))
    })
  }

  test('goes straight to the product where the provider has no single logout', async () => {
    const plain = await newTenant()
    const session = await signedIn(plain)
    const answer = await open(session.logout_url)
    assert.equal(answer.status, 303)
    assert.equal(answer.headers.get('location'), 'https://meetings.example/bye?from=latchkey')
    assert.equal(dataOf(await endsOf(plain, session))['endedBy'], 'product')
  })

  test('is refused without the secret that only the product has got', async () => {
    const session = await signedIn(tenant, person('secret'))
    const stored = await everythingBut('trace#')
    const [handle = ''] = new URL(session.logout_url).searchParams.get('session')?.split('.') ?? []
    const base = session.logout_url.split('?')[0] ?? ''
    const forged = [
      [`${base}?session=${handle}.${'A'.repeat(43)}`, 403],
      [`${base}?session=${'A'.repeat(43)}.${'B'.repeat(43)}`, 403],
      [`${base}?session=${handle}`, 400],
      [`${base}?${new URL(session.logout_url).search.slice(1)}&session=x`, 400],
      [base, 400],
    ] as const
    for (const [url, status] of forged) {
      const answer = await open(url)
      assert.equal(answer.status, status, url)
      assert.equal(answer.headers.get('location'), null)
    }
    assert.equal(await everythingBut('trace#'), stored)
  })
})

describe('round trips to AWS', () => {
  test('are three for a request of a provider, two for its answer, and three for a product', async () => {
    const tenant = await newTenant({ singleLogout: endpointOf('redirect') })
    const { stack } = tenant.running
    const { fewest, count } = fewestRounds(stack, ['asked', 'started', 'answered'])
    for (let i = 0; i < 5; i++) {
      const { logout_url: url } = await signedIn(tenant)
      const open = () => fetch(url, { redirect: 'manual' })
      const { xml } = await departed(tenant, await count('started', 'saml-logout', open))
      const response = logoutResponseXml(tenant, { inResponseTo: idIn(xml) })
      const back = () => bring(tenant, 'redirect', ['SAMLResponse', response])
      assert.equal((await count('answered', 'saml-slo', back)).status, 303)
      const request = logoutRequestXml(tenant, { nameId: `ada@${tenant.domain}` })
      const ask = () => bring(tenant, 'redirect', ['SAMLRequest', request])
      assert.equal((await count('asked', 'saml-slo', ask)).status, 302)
    }
    assert.deepEqual(fewest, { asked: 3, started: 3, answered: 2 })
  })
})

describe('a logout of somebody who is known by an attribute', () => {
  const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

  test('is found by the NameID of the session, which is good for that session only', async () => {
    const singleLogout = endpointOf('post')
    const tenant = await newTenant({ singleLogout, attributeNames: { subject: ['mail'] } })
    const session = (nameId: string) =>
      tenant.respond({ nameId, nameIdFormat: TRANSIENT, email: `ada@${tenant.domain}` })
    const first = landingOf(await postResponse(tenant, session('_t1')))
    const request = logoutRequestXml(tenant, { nameId: '_t1', sessionIndexes: ['_s1'] })
    const answer = await departed(tenant, await bring(tenant, 'post', ['SAMLRequest', request]))
    const value = { inResponseTo: idIn(request), outcome: 'complete' }
    assert.deepEqual(answer.judged, { ok: true, value })
    assert.equal((await redeem(tenant, first.token)).status, 400)
    const second = landingOf(await postResponse(tenant, session('_t2')))
    const redeemed = (await (await redeem(tenant, second.token)).json()) as Redeemed
    assert.deepEqual(dataOf(await endsOf(tenant, redeemed))['sids'], [redeemed.sid])
  })
})

describe('a message of single logout that is refused', () => {
  let tenant: Tenant
  let other: Tenant
  before(async () => {
    tenant = await newTenant({ singleLogout: endpointOf('redirect') })
    other = await newTenant({ singleLogout: endpointOf('redirect') })
  })

  /** Refused with this cause, without a message for anybody, and without any other trace. */
  async function assertRefused(answer: Response, cause: string, orgId?: Tenant['orgId']) {
    assert.ok(answer.status === 403 || answer.status === 400, String(answer.status))
    assert.equal(answer.headers.get('location'), null)
    const page = await answer.text()
    assert.ok(!page.includes('SAMLResponse'))
    const trace = await findTrace(orgId, traceIdIn(page))
    assert.equal(trace?.cause, cause)
    assert.equal((trace as { kind?: string }).kind, 'logout')
  }

  for (const binding of bindings) {
    test(`changes nothing, by ${binding}`, async () => {
      const session = await signedIn(tenant, {
        nameId: `victim-${binding}`,
        email: `victim-${binding}@${tenant.domain}`,
      })
      const asked = { nameId: `victim-${binding}` }
      const stored = await everythingBut('trace#')
      const from = (xml: string, delivery = {}) =>
        bring(tenant, binding, ['SAMLRequest', xml], delivery)

      const stranger = { key: keys.stranger }
      const forged = await from(logoutRequestXml(tenant, asked), stranger)
      await assertRefused(forged, 'signature_invalid', tenant.orgId)
      const late = await from(logoutRequestXml(tenant, { ...asked, issuedAgo: 500 }))
      await assertRefused(late, 'logout_expired', tenant.orgId)
      const elsewhere = `${tenant.running.stack.url}/saml/${other.orgId}/slo`
      const astray = await from(logoutRequestXml(tenant, asked), { url: elsewhere })
      await assertRefused(astray, 'idp_unknown')
      const unknown = { ...tenant, idp: { ...tenant.idp, entityId: 'https://unknown.example/' } }
      await assertRefused(await from(logoutRequestXml(unknown, asked)), 'idp_unknown')
      assert.equal(await everythingBut('trace#'), stored)
      assert.ok(session.sid)
    })
  }

  test("has no effect on another provider's people of the same name", async () => {
    const victim = landingOf(
      await postResponse(tenant, tenant.respond({ nameId: 'same', email: `s@${tenant.domain}` })),
    )
    await signedIn(other, { nameId: 'same' })
    await bring(other, 'post', ['SAMLRequest', logoutRequestXml(other, { nameId: 'same' })])
    assert.equal((await redeem(tenant, victim.token)).status, 200)
  })

  test('is that of a provider that answers what another one was asked', async () => {
    const session = await signedIn(tenant, { nameId: 'crossed', email: `c@${tenant.domain}` })
    const { xml } = await departed(tenant, await fetch(session.logout_url, { redirect: 'manual' }))
    const response = logoutResponseXml(other, { inResponseTo: idIn(xml) })
    const answer = await bring(other, 'post', ['SAMLResponse', response])
    await assertRefused(answer, 'logout_of_another_idp', other.orgId)
  })

  test('is that of a response to nothing', async () => {
    const response = logoutResponseXml(tenant, { inResponseTo: '_nothing' })
    const answer = await bring(tenant, 'redirect', ['SAMLResponse', response])
    await assertRefused(answer, 'logout_unknown', tenant.orgId)
  })

  test('is any of a provider that is not active, and it is not parsed', async () => {
    const idle = await newTenant({ state: 'inactive', singleLogout: endpointOf('post') })
    const body = new URLSearchParams({
      SAMLRequest: Buffer.from(
        `<!DOCTYPE x><a><saml:Issuer>${idle.idp.entityId}</saml:Issuer>`,
      ).toString('base64'),
    })
    const url = idle.serviceProvider.sloUrl
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', body })
    await assertRefused(answer, 'idp_inactive', idle.orgId)
  })
})

describe('a logout with faults at AWS', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant({ singleLogout: endpointOf('redirect') })
  })
  afterEach(() => {
    tenant.running.stack.faults.onCall = undefined
  })
  type Fault = 'fail-before' | 'fail-after' | 'kill-caller'

  const strike = (fault: Fault, fn: string, operation: string, times: number) => {
    let struck = 0
    tenant.running.stack.faults.onCall = (call) => {
      const isHit = struck < times && call.functionName === fn && call.operation === operation
      if (isHit) struck++
      return isHit ? fault : undefined
    }
    return () => struck
  }

  const passing = [
    ['BatchGetItem', 'fail-before'],
    ['BatchGetItem', 'fail-after'],
    ['Sign', 'fail-before'],
    ['Sign', 'fail-after'],
    ['TransactWriteItems', 'fail-before'],
    ['TransactWriteItems', 'fail-after'],
  ] as const
  for (const [index, [operation, fault]] of passing.entries()) {
    test(`is done once where ${operation} meets ${fault} once`, async () => {
      const name = `fault-${index}`
      const session = await signedIn(tenant, { nameId: name, email: `${name}@${tenant.domain}` })
      const struck = strike(fault, 'saml-slo', operation, 1)
      const request = logoutRequestXml(tenant, { nameId: name, sessionIndexes: ['_s1'] })
      const answer = await departed(
        tenant,
        await bring(tenant, 'redirect', ['SAMLRequest', request]),
      )
      assert.equal(struck(), 1)
      assert.ok(answer.judged.ok)
      assert.equal((await endsOf(tenant, session)).length, 1)
    })
  }

  const outages = ['BatchGetItem', 'Sign', 'TransactWriteItems'] as const
  for (const operation of outages) {
    test(`has not happened where ${operation} is away, and happens when it comes again`, async () => {
      const name = `outage-${operation.toLowerCase()}`
      const session = await signedIn(tenant, { nameId: name, email: `${name}@${tenant.domain}` })
      const stored = await everythingBut('trace#')
      strike('fail-before', 'saml-slo', operation, 100)
      const request = logoutRequestXml(tenant, { nameId: name, sessionIndexes: ['_s1'] })
      const bringIt = () => bring(tenant, 'redirect', ['SAMLRequest', request])
      const failed = await bringIt()
      assert.equal(failed.status, 500)
      assert.match(await failed.text(), /trc_[0-9a-f]{32}/)
      assert.equal(await everythingBut('trace#'), stored)
      tenant.running.stack.faults.onCall = undefined
      assert.ok((await departed(tenant, await bringIt())).judged.ok)
      assert.equal((await endsOf(tenant, session)).length, 1)
    })
  }

  const started = ['BatchGetItem', 'Sign', 'TransactWriteItems'] as const
  for (const operation of started) {
    test(`that a product starts ends the session once, though ${operation} was away`, async () => {
      const name = `start-${operation.toLowerCase()}`
      const session = await signedIn(tenant, { nameId: name, email: `${name}@${tenant.domain}` })
      strike('fail-before', 'saml-logout', operation, 100)
      const open = () => fetch(session.logout_url, { redirect: 'manual' })
      assert.equal((await open()).status, 500)
      tenant.running.stack.faults.onCall = undefined
      const { xml } = await departed(tenant, await open())
      strike('fail-before', 'saml-slo', 'TransactWriteItems', 100)
      const response = logoutResponseXml(tenant, { inResponseTo: idIn(xml) })
      const back = () => bring(tenant, 'post', ['SAMLResponse', response])
      assert.equal((await back()).status, 500)
      tenant.running.stack.faults.onCall = undefined
      assert.equal((await back()).status, 303)
      await settled()
      assert.equal((await endsOf(tenant, session)).length, 1)
    })
  }
})

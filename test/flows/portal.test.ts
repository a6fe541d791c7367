import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamo } from '#shared/aws/dynamo.ts'
import { toItem } from '#shared/aws/dynamo-item.ts'
import type { OrgId, SsoTokenId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { strike } from '#test/stores/strike.ts'
import { findTrace, setRedeemableUntil, setUserState, tracesOf } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { issue, issued, newPerson, newPortal, open, refusedBy } from './portal.ts'
import { fewestRounds } from './rounds.ts'
import { runningStack, settled } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

const directory = () => process.env['DIRECTORY_TABLE'] ?? ''

/** As the administration removes it. */
async function removeSsoToken(orgId: OrgId, id: SsoTokenId) {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: directory(),
      Key: toItem(directoryKeys.ssoToken(orgId, id)),
      UpdateExpression: 'SET removedAt = :now REMOVE secretHash',
      ExpressionAttributeValues: toItem({ ':now': toSeconds(epochMilliseconds()) }),
    }),
  )
}

async function setProductHosts(orgId: OrgId, productHosts: readonly object[]) {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: directory(),
      Key: toItem(directoryKeys.organization(orgId)),
      UpdateExpression: 'SET productHosts = :hosts',
      ExpressionAttributeValues: toItem({ ':hosts': productHosts }),
    }),
  )
}

const redeemAt = ({ stack, credentials }: Tenant, token: string, host: string) =>
  fetch(`${stack.url}/tokens/redeem`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials['meetings']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ token, host }),
  })

const hopUrl = ({ stack }: Tenant, parameters: Record<string, string>) =>
  `${stack.url}/sso?${new URLSearchParams(parameters)}`

describe('a link from a portal', () => {
  let tenant: Tenant
  let text: string
  let ssoTokenId: SsoTokenId
  let email: string
  let userId: string
  before(async () => {
    tenant = await newTenant()
    const portal = await newPortal(tenant)
    text = portal.text
    ssoTokenId = portal.ssoToken.id
    const person = await newPerson(tenant)
    email = person.email
    userId = person.userId
  })

  test('signs somebody in to the page of the product that it names', async () => {
    const { token, expires_in, url } = await issued(tenant, text, {
      email: email.toUpperCase(),
      target: 'invoices.html?year=2026',
    })
    assert.equal(expires_in, 20)
    assert.match(token, /^[\w-]{75}\.[\w-]{43}$/)
    const arrived = await open(url)
    assert.equal(arrived.status, 303)
    assert.equal(arrived.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(arrived.headers.get('cache-control'), 'no-store')
    const landing = landingOf(arrived)
    assert.equal(landing.page, 'https://meetings.example/landing')
    assert.equal(landing.target, '/invoices.html?year=2026')
    assert.notEqual(landing.token, token)
    const redeemed = await redeem(tenant, landing.token)
    assert.equal(redeemed.status, 200)
    const answer = (await redeemed.json()) as Record<string, unknown>
    const { id_token, sid, ...rest } = answer
    assert.deepEqual(rest, {
      token_type: 'urn:ietf:params:oauth:token-type:jwt',
      expires_in: 300,
      user: { id: userId, email, given_name: 'ada' },
      organization: { id: tenant.orgId, name: 'Test' },
      product: 'meetings',
      target: '/invoices.html?year=2026',
      products: [],
    })
    const keySet = (await (
      await fetch(`${tenant.stack.url}/.well-known/jwks.json`)
    ).json()) as JSONWebKeySet
    const { payload } = await jwtVerify(String(id_token), createLocalJWKSet(keySet), {
      audience: 'meetings',
      issuer: tenant.stack.url,
    })
    assert.equal(payload['sso_token'], ssoTokenId)
    assert.equal(payload['idp'], undefined)
    assert.equal(payload['sid'], sid)
    assert.equal(payload['email'], email)
  })

  test('tells of the sign-in by a trace and an event', async () => {
    const { url } = await issued(tenant, text, { email })
    const known = new Set((await tracesOf(tenant.orgId)).map((one) => JSON.stringify(one)))
    await open(url)
    const [trace] = (await tracesOf(tenant.orgId)).filter((one) => !known.has(JSON.stringify(one)))
    const { kind, outcome, traceId, ...more } = trace as unknown as Record<string, unknown>
    assert.deepEqual(
      [kind, outcome, more['ssoTokenId'], more['userId']],
      ['portal-arrival', 'succeeded', ssoTokenId, userId],
    )
    await settled()
    const [event] = tenant.running.events.all.filter(({ data }) => data['traceId'] === traceId)
    assert.equal(event?.type, 'latchkey.sign-in.succeeded.v1')
    assert.equal(event?.data['ssoTokenId'], ssoTokenId)
    assert.equal(event?.data['product'], 'meetings')
  })

  test('is good without the hop, where the product gets the token itself', async () => {
    const { token } = await issued(tenant, text, { email })
    const known = new Set((await tracesOf(tenant.orgId)).map((one) => JSON.stringify(one)))
    assert.equal((await redeem(tenant, token)).status, 200)
    // No browser came by, and the trace does not say so.
    const traces = await tracesOf(tenant.orgId)
    const [trace] = traces.filter((one) => !known.has(JSON.stringify(one)))
    const { kind, outcome } = trace as unknown as Record<string, unknown>
    assert.deepEqual([kind, outcome], ['portal-redeem', 'succeeded'])
    assert.equal((await redeem(tenant, token)).status, 400)
  })

  test('takes a form as well as JSON', async () => {
    const answer = await fetch(`${tenant.stack.url}/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${text}` },
      body: new URLSearchParams({ email, target: 'a.html' }),
    })
    assert.equal(answer.status, 200)
  })

  test('opens once', async () => {
    const { url } = await issued(tenant, text, { email })
    const first = await open(url)
    assert.equal(first.status, 303)
    const again = await refusedBy(await open(url))
    assert.equal(again.status, 403)
    assert.equal((await findTrace(tenant.orgId, again.traceId))?.cause, 'token_used')
    const { token } = landingOf(first)
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  test('is not spent by a browser that fetches ahead', async () => {
    const { url } = await issued(tenant, text, { email })
    const ahead = await open(url, { 'sec-purpose': 'prefetch;prerender' })
    assert.equal(ahead.status, 503)
    assert.equal((await open(url)).status, 303)
  })

  test('is not good a second time where the browser and the portal race for it', async () => {
    const { url, token } = await issued(tenant, text, { email })
    const both = await Promise.all([
      open(url),
      redeem(tenant, token),
      open(url),
      redeem(tenant, token),
    ])
    assert.equal(both.filter(({ status }) => status === 303 || status === 200).length, 1)
  })

  const bodies = [
    ['nothing', {}],
    ['an address and a user name', { email: 'a@b.example', user_name: 'a' }],
    ['what is no address', { email: 'ada' }],
    ['an address that is a list', { email: ['a@b.example'] }],
    ['a field that there is not', { email: 'a@b.example', admin: true }],
    ['an absolute target', { email: 'a@b.example', target: 'https://evil.example/' }],
  ] as const
  for (const [name, body] of bodies) {
    test(`answers invalid_request to ${name}`, async () => {
      const answer = await issue(tenant, text, body)
      assert.equal(answer.status, 400)
      assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request')
    })
  }

  test('is not issued to a page in a browser', async () => {
    const answer = await fetch(`${tenant.stack.url}/tokens`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${text}`,
        'content-type': 'application/json',
        origin: 'https://portal.example',
      },
      body: JSON.stringify({ email }),
    })
    assert.equal(answer.status, 400)
  })

  test('answers invalid_target where the product cannot be entered', async () => {
    const { text: training } = await newPortal(tenant, { product: 'training' })
    const answer = await issue(tenant, training, { email, target: 'admin' })
    assert.equal(answer.status, 400)
    const { error, trace_id } = (await answer.json()) as Record<string, string>
    assert.equal(error, 'invalid_target')
    assert.equal((await findTrace(tenant.orgId, String(trace_id)))?.cause, 'target_not_allowed')
    assert.equal((await issue(tenant, training, { email, target: 'courses/1' })).status, 200)
  })

  test('advises a portal that asks on every page', async () => {
    const person = await newPerson(tenant, 'grace')
    for (let page = 1; page <= 10; page++) {
      assert.equal((await issued(tenant, text, { email: person.email })).advice, undefined)
    }
    const { advice } = await issued(tenant, text, { email: person.email })
    assert.equal((advice as { code?: string }).code, 'every_page')
  })
})

describe('what a portal is refused', () => {
  let tenant: Tenant
  let text: string
  let known: { email: string; userId: string }
  before(async () => {
    tenant = await newTenant()
    text = (await newPortal(tenant)).text
    known = await newPerson(tenant)
  })

  const wrong = () => `${text.slice(0, -43)}${'A'.repeat(43)}`
  const nobody = `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`

  test('is the same answer whatever was wrong, with the cause in the trace', async () => {
    const { email } = known
    const gone = await newPortal(tenant)
    await removeSsoToken(tenant.orgId, gone.ssoToken.id)
    const removed = await newPortal(tenant, { removedAt: 1 })
    const expired = await newPortal(tenant, { expiresAt: toSeconds(epochMilliseconds()) - 1 })
    const byName = await newPortal(tenant, { identifiesBy: 'userName' })
    const assigned = await newPortal(tenant, { product: 'support' })
    const elsewhere = await newPortal(tenant, { host: 'meet.customer.example' })
    const suspended = await newPerson(tenant, 'suspended')
    await setUserState(tenant.orgId, suspended.userId, 'suspended')
    const cases = [
      ['sso_token_malformed', 'hello', email, false],
      ['sso_token_unknown', nobody, email, false],
      ['sso_token_wrong', wrong(), email, true],
      ['sso_token_removed', gone.text, email, true],
      ['sso_token_removed', removed.text, email, true],
      ['sso_token_expired', expired.text, email, true],
      ['identifier_not_enabled', byName.text, email, true],
      ['user_unknown', text, `nobody@${tenant.domain}`, true],
      ['user_suspended', text, suspended.email, true],
      ['no_product_access', assigned.text, email, true],
      ['host_not_listed', elsewhere.text, email, true],
    ] as const
    const seen = new Set<string>()
    for (const [cause, secret, address, isTheirs] of cases) {
      const answer = await issue(tenant, secret, { email: address })
      assert.equal(answer.headers.get('www-authenticate'), null)
      const { status, neutral, traceId } = await refusedBy(answer)
      assert.equal(status, 403)
      seen.add(neutral)
      const trace = await findTrace(isTheirs ? tenant.orgId : undefined, traceId)
      assert.equal(trace?.cause, cause)
    }
    assert.deepEqual(
      [...seen],
      ['{"error":"access_denied","error_description":"Invalid response","trace_id":"TRACE"}'],
    )
  })

  test('takes as long for a wrong secret as for an address that nobody has', async () => {
    const { fewest, count } = fewestRounds(tenant.stack, ['secret', 'person'])
    const ask = async (secret: string, email: string) =>
      refusedBy(await issue(tenant, secret, { email }))
    const timed = async (secret: string, email: string) => {
      const start = performance.now()
      await ask(secret, email)
      return performance.now() - start
    }
    const stranger = `nobody@${tenant.domain}`
    const ofSecret: number[] = []
    const ofPerson: number[] = []
    for (let play = 0; play < 60; play++) {
      const times = [() => timed(wrong(), known.email), () => timed(text, stranger)] as const
      const lists = [ofSecret, ofPerson] as const
      // In turns, so that neither has the quiet half of the machine.
      for (const index of play % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        lists[index].push(await times[index]())
      }
      if (play % 12 > 0) continue
      await count('secret', 'tokens-issue', () => ask(wrong(), known.email))
      await count('person', 'tokens-issue', () => ask(text, stranger))
    }
    assert.deepEqual(fewest, { secret: 2, person: 2 })
    assert.ok(
      !isToldApart(ofSecret, ofPerson),
      `medians ${median(ofSecret)} and ${median(ofPerson)} ms`,
    )
  })
})

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

/**
 * Whether two lists of times differ more than chance explains: Mann and Whitney's rank sum, more
 * than five standard deviations off (once in three million runs by chance).
 */
function isToldApart(one: readonly number[], other: readonly number[]): boolean {
  const wins = one.flatMap((a) => other.map((b) => (a < b ? 1 : a === b ? 0.5 : 0)))
  const u = wins.reduce<number>((sum, win) => sum + win, 0)
  const pairs = one.length * other.length
  const deviation = Math.sqrt((pairs * (one.length + other.length + 1)) / 12)
  return Math.abs(u - pairs / 2) > 5 * deviation
}

describe('a browser that is not sent on', () => {
  let tenant: Tenant
  let text: string
  let email: string
  before(async () => {
    tenant = await newTenant()
    text = (await newPortal(tenant)).text
    email = (await newPerson(tenant)).email
  })

  test('sees the same bytes whatever was wrong, but for the id of the trace', async () => {
    const grace = await newPerson(tenant, 'grace')
    const hop = async (change: Record<string, string> = {}, asked: object = {}) => {
      const { token } = await issued(tenant, text, { email, ...asked })
      return { token, url: hopUrl(tenant, { token, email, ...change }) }
    }
    const pages = new Map<string, string>()
    const see = async (cause: string, url: string, isTheirs = true) => {
      const answer = await open(url)
      const headers = [...answer.headers].filter(([name]) => !changing.includes(name))
      const { status, neutral, traceId } = await refusedBy(answer)
      assert.equal(status, 403, cause)
      const trace = await findTrace(isTheirs ? tenant.orgId : undefined, traceId)
      assert.equal(trace?.cause, cause)
      pages.set(cause, JSON.stringify([headers, neutral]))
    }
    await see('person_mismatch', (await hop({ email: grace.email })).url)
    await see('target_mismatch', (await hop({ target: 'b.html' }, { target: 'a.html' })).url)
    await see('token_malformed', hopUrl(tenant, { token: 'hello', email }), false)
    await see('token_malformed', `${(await hop()).url}&token=again`, false)
    const { token: forged } = await hop()
    await see(
      'token_unknown',
      hopUrl(tenant, { token: `${forged.slice(0, -43)}${'A'.repeat(43)}`, email }),
    )
    const used = await hop()
    assert.equal((await open(used.url)).status, 303)
    await see('token_used', used.url)
    const late = await hop()
    await setRedeemableUntil(late.token, Date.now())
    await see('token_expired', late.url)
    const redeemed = await hop()
    assert.equal((await redeem(tenant, redeemed.token)).status, 200)
    await see('token_used', redeemed.url)

    const leaver = await newPerson(tenant, 'leaver')
    const { url: left } = await issued(tenant, text, { email: leaver.email })
    await setUserState(tenant.orgId, leaver.userId, 'suspended')
    await see('user_suspended', left)

    const removed = await newPortal(tenant)
    const { url: dead } = await issued(tenant, removed.text, { email })
    await removeSsoToken(tenant.orgId, removed.ssoToken.id)
    await see('sso_token_removed', dead)

    assert.equal(new Set(pages.values()).size, 1)
    assert.match([...pages.values()][0] ?? '', /Invalid response/)
  })

  const changing = ['date', 'x-request-id', 'apigw-requestid', 'keep-alive', 'connection']

  test('gets nowhere with the token of a sign-in, which stays good', async () => {
    const { token } = landingOf(await postResponse(tenant, tenant.respond()))
    const { status, traceId } = await refusedBy(await open(hopUrl(tenant, { token, email })))
    assert.equal(status, 403)
    assert.equal((await findTrace(undefined, traceId))?.cause, 'token_unknown')
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  test('sees a page with a trace id for a target that leads elsewhere, and keeps the token', async () => {
    const { token } = await issued(tenant, text, { email })
    const { status, traceId, neutral } = await refusedBy(
      await open(hopUrl(tenant, { token, email, target: '//evil.example/' })),
    )
    assert.equal(status, 404)
    assert.match(traceId, /^trc_/)
    assert.match(neutral, /Page not found/)
    assert.equal((await findTrace(tenant.orgId, traceId))?.cause, 'target_unsafe')
    assert.equal((await open(hopUrl(tenant, { token, email }))).status, 303)
  })

  const targets = [
    ...['https://evil.example/', 'http:evil.example', 'javascript:alert(1)', '//evil.example'],
    ...['///evil.example', '\\\\evil.example', '/\\evil.example', '%2f%2fevil.example', '%5cevil'],
    ...['..', '../a', 'a/../../b', '%2e%2e/a', '.%2e/a', '..;/a', 'a\r\nx: y', 'a\0', 'a\tb', ' a'],
    ...['a#b', 'a//b', '%00', '%0d%0aset-cookie:a=b', '%252e%252e/a', 'a'.repeat(2100)],
  ]
  test('is never sent off the origin of the product, whatever the target', async () => {
    const { token } = await issued(tenant, text, { email })
    for (const target of targets) {
      const answer = await open(hopUrl(tenant, { token, email, target }))
      assert.equal(answer.status, 404, JSON.stringify(target))
      assert.equal(answer.headers.get('location'), null)
    }
    const twice = await open(`${hopUrl(tenant, { token, email, target: 'a' })}&target=b`)
    assert.equal(twice.status, 404)
    const { page } = landingOf(await open(hopUrl(tenant, { token, email, target: 'a' })))
    assert.equal(page, 'https://meetings.example/landing')
  })
})

describe('a redeem', () => {
  let tenant: Tenant
  let text: string
  let email: string
  before(async () => {
    tenant = await newTenant()
    await setProductHosts(tenant.orgId, [{ product: 'meetings', host: 'meet.customer.example' }])
    text = (await newPortal(tenant)).text
    email = (await newPerson(tenant)).email
  })

  const invalidGrant = [400, '{"error":"invalid_grant"}']
  const answerOf = async (answer: Response) => [answer.status, await answer.text()]
  const arrive = async (ssoToken = text, address = email) =>
    landingOf(await open((await issued(tenant, ssoToken, { email: address })).url))

  test('is refused after the SSO token was removed', async () => {
    const portal = await newPortal(tenant)
    const { token } = await arrive(portal.text)
    await removeSsoToken(tenant.orgId, portal.ssoToken.id)
    assert.deepEqual(await answerOf(await redeem(tenant, token)), invalidGrant)
  })

  test('is refused after the user was suspended', async () => {
    const leaver = await newPerson(tenant, 'leaver')
    const { token } = await arrive(text, leaver.email)
    await setUserState(tenant.orgId, leaver.userId, 'suspended')
    assert.deepEqual(await answerOf(await redeem(tenant, token)), invalidGrant)
  })

  test('is refused of a product that it is not for, which uses nothing up', async () => {
    const { token } = await arrive()
    assert.deepEqual(await answerOf(await redeem(tenant, token, 'training')), invalidGrant)
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  test('is bound to the host that the SSO token names', async () => {
    const { text: custom } = await newPortal(tenant, { host: 'meet.customer.example' })
    const { token, page } = await arrive(custom)
    assert.equal(page, 'https://meet.customer.example/landing')
    assert.deepEqual(await answerOf(await redeem(tenant, token)), invalidGrant)
    assert.deepEqual(
      await answerOf(await redeemAt(tenant, token, 'meetings.example')),
      invalidGrant,
    )
    assert.equal((await redeemAt(tenant, token, 'meet.customer.example')).status, 200)
  })

  test('is refused at another host than that of the landing page', async () => {
    const { token } = await arrive()
    assert.deepEqual(await answerOf(await redeemAt(tenant, token, 'evil.example')), invalidGrant)
    assert.equal((await redeemAt(tenant, token, 'meetings.example')).status, 200)
  })

  for (const host of ['meetings.example\n', '\ud800', 'mit umlaut \u00fc', '', 'a'.repeat(301)]) {
    test(`is malformed where ${JSON.stringify(host)} is called a host, and uses nothing up`, async () => {
      const { token } = await arrive()
      const answer = await redeemAt(tenant, token, host)
      assert.equal(answer.status, 400)
      assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request')
      assert.equal((await redeem(tenant, token)).status, 200)
    })
  }

  test('survives an answer of DynamoDB that got lost after the token was used', async () => {
    const { token } = await arrive()
    const plan = { fn: 'tokens-redeem', fault: 'fail-after', times: 1 } as const
    using struck = strike(tenant.running.stack, 'TransactWriteItems', plan)
    assert.equal((await redeem(tenant, token)).status, 200)
    assert.ok(struck.bodies.length > 1, 'it is tried again')
    assert.deepEqual(await answerOf(await redeem(tenant, token)), invalidGrant)
  })

  test('works just before twenty seconds of real time are over, and not after', async () => {
    const started = performance.now()
    const [early, late] = [await arrive(), await arrive()]
    await setTimeout(15_000)
    const answer = await redeem(tenant, early.token)
    const elapsed = performance.now() - started
    assert.ok(answer.status === 200 || elapsed > 19_500, `refused after ${elapsed} ms`)
    await setTimeout(Math.max(0, 20_500 - (performance.now() - started)))
    assert.deepEqual(await answerOf(await redeem(tenant, late.token)), invalidGrant)
  })

  test('succeeds once of twenty that come at once', async () => {
    const { token } = await arrive()
    const all = await Promise.all(Array.from({ length: 20 }, () => redeem(tenant, token)))
    assert.equal(all.filter(({ status }) => status === 200).length, 1)
  })

  test('succeeds once for each of 500 tokens, of 200 that come at a time', async () => {
    const people = await Promise.all(
      Array.from({ length: 10 }, (_, one) => newPerson(tenant, `p${one}`)),
    )
    const wins = new Map<string, number>()
    const pending: string[] = []
    for (let round = 0; round < 5; round++) {
      const asked = Array.from({ length: 100 }, (_, one) => people[one % 10]?.email ?? '')
      const tokens = await Promise.all(
        asked.map(async (address) => (await issued(tenant, text, { email: address })).token),
      )
      pending.push(...tokens)
      // It is of how often, not of how long: on a busy machine twenty seconds are too few.
      const later = Date.now() + 3_600_000
      await Promise.all(tokens.map((token) => setRedeemableUntil(token, later)))
      const answers = await Promise.all(
        tokens.flatMap((token) =>
          Array.from({ length: 2 }, async () => ({ token, answer: await redeem(tenant, token) })),
        ),
      )
      for (const { token, answer } of answers) {
        if (answer.status === 200) wins.set(token, (wins.get(token) ?? 0) + 1)
        else assert.deepEqual(await answerOf(answer), invalidGrant)
      }
    }
    assert.equal(pending.length, 500)
    assert.deepEqual([...wins.values()], Array<number>(500).fill(1))
  })
})

describe('round trips to AWS', () => {
  test('are two for the issue, two for the hop and two for the redeem', async () => {
    const tenant = await newTenant()
    const { stack } = tenant
    const { text } = await newPortal(tenant)
    const { email } = await newPerson(tenant)
    const { fewest, count } = fewestRounds(stack, ['issue', 'hop', 'redeem'])
    for (let play = 0; play < 5; play++) {
      const { url } = await count('issue', 'tokens-issue', () => issued(tenant, text, { email }))
      const arrived = await count('hop', 'sso-redirect', () => open(url))
      const { token } = landingOf(arrived)
      const redeemed = await count('redeem', 'tokens-redeem', () => redeem(tenant, token))
      assert.equal(redeemed.status, 200)
    }
    assert.deepEqual(fewest, { issue: 2, hop: 2, redeem: 2 })
  })

  test('go no further than what the roles allow', async () => {
    const { stack } = await runningStack()
    assert.deepEqual(stack.denials(), [])
  })
})

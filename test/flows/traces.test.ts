import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newApiKey, read } from './admin-client.ts'
import { postResponse } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Line = { id: string; at: string; outcome: string; cause?: string; message?: string }
type Listed = { traces: Line[]; next?: string }
type Shown = Line & { stages: { stage: string; outcome: string }[]; hint?: string; got?: string }

const hour = 3600_000

describe('the sign-in trace', () => {
  let tenant: Tenant
  let key: string
  const call = async (path: string, by = key) =>
    read(
      await fetch(`${tenant.stack.url}/orgs/${tenant.orgId}/traces${path}`, {
        headers: { authorization: `Bearer ${by}` },
      }),
    )
  const list = async (query = '') => (await call(query)).body as unknown as Listed

  before(async () => {
    tenant = await newTenant({ kind: 'okta' })
    key = await newApiKey(tenant.orgId, 'reader')
    for (const person of ['ada', 'grace', 'joan']) {
      await postResponse(tenant, tenant.respond({ email: `${person}@${tenant.domain}` }))
    }
    const wrong = (xml: string) => xml.replace(/(<saml:Audience>)[^<]*/, '$1https://other.example')
    await postResponse(tenant, tenant.respond({ edit: wrong }))
    const expired = new Date(Date.now() - hour).toISOString()
    const late = (xml: string) => xml.replace(/(Conditions .*?NotOnOrAfter=")[^"]*/, `$1${expired}`)
    await postResponse(tenant, tenant.respond({ edit: late }))
  })

  test('lists sign-ins, the newest first', async () => {
    const { traces, next } = await list()
    assert.deepEqual(
      traces.map(({ outcome, cause }) => cause ?? outcome),
      ['assertion_expired', 'audience', 'succeeded', 'succeeded', 'succeeded'],
    )
    assert.equal(next, undefined)
    assert.ok(traces.every((trace) => trace.message === undefined))
    const times = traces.map(({ at }) => Date.parse(at))
    assert.ok(times.every((time, index) => time <= (times[index - 1] ?? time)))
  })

  test('lists page by page, and nothing twice', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page: Listed = await list(`?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      assert.ok(page.traces.length <= 2)
      seen.push(...page.traces.map(({ id }) => id))
      cursor = page.next
    } while (cursor)
    assert.equal(seen.length, 5)
    assert.equal(new Set(seen).size, 5)
  })

  test('lists refusals only, also over several pages', async () => {
    const first = await list('?outcome=refused&limit=1')
    assert.deepEqual(
      first.traces.map(({ cause }) => cause),
      ['assertion_expired'],
    )
    const second = await list(`?outcome=refused&limit=1&cursor=${first.next}`)
    assert.deepEqual(
      second.traces.map(({ cause }) => cause),
      ['audience'],
    )
  })

  test("lists one provider's", async () => {
    assert.equal((await list(`?idp=${tenant.idp.id}`)).traces.length, 5)
    assert.equal((await list(`?idp=idp_${'0'.repeat(32)}`)).traces.length, 0)
  })

  test('shows where a sign-in failed, what came, and how to mend it there', async () => {
    const { traces } = await list('?outcome=refused')
    const id = traces.find(({ cause }) => cause === 'audience')?.id
    const shown = (await call(`/${id}`)).body as unknown as Shown
    assert.equal(shown.got, 'https://other.example')
    assert.equal(shown.stages.find(({ outcome }) => outcome === 'failed')?.stage, 'assertion')
    assert.match(shown.hint ?? '', /Audience URI \(SP Entity ID\)/)
    assert.match(shown.message ?? '', /<saml:Audience>https:\/\/other\.example<\/saml:Audience>/)
    assert.doesNotMatch(shown.message ?? '', new RegExp(`@${tenant.domain}`))
  })

  test('shows a success with the certificate that verified it', async () => {
    const { traces } = await list('?outcome=succeeded')
    const shown = (await call(`/${traces[0]?.id}`)).body
    assert.equal(shown['keyFingerprint'], 'provider')
    assert.equal(shown['evt'], undefined)
    assert.equal(shown['hint'], undefined)
  })

  const unknown = [`trc_${'0'.repeat(32)}`, 'trc_1', '%2E%2E']
  for (const id of unknown) {
    test(`has no trace ${id}`, async () => {
      assert.equal((await call(`/${id}`)).status, 404)
    })
  }

  const refused = ['?limit=0', '?limit=101', '?limit=x', '?outcome=lost', '?cursor=1', '?other=1']
  for (const query of refused) {
    test(`refuses ${query}`, async () => assert.equal((await call(query)).status, 422))
  }

  test("shows nobody another organization's", async () => {
    const other = await newTenant()
    const foreign = await newApiKey(other.orgId, 'admin')
    const { traces } = await list()
    assert.equal((await call('', foreign)).status, 404)
    const path = `${tenant.stack.url}/orgs/${other.orgId}/traces/${traces[0]?.id}`
    const answer = await fetch(path, { headers: { authorization: `Bearer ${foreign}` } })
    assert.equal(answer.status, 404)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { admitMessage } from '#shared/sign-out/admit-message.ts'
import type { Arrival } from '#shared/sign-out/arrival.ts'
import { logoutHandle } from '#shared/sign-out/logout-handle.ts'
import { answeredId, postedLogout } from '#test/fixtures/saml/logout-messages.ts'
import { admitted, arrival, ports, posted, provider } from './example.ts'

const request = posted('SAMLRequest')

async function admit(arrived: Arrival, stored: Parameters<typeof ports>[0] = {}) {
  const { signOuts, lookups } = ports(stored)
  return { result: await admitMessage(signOuts, arrived), lookups }
}

describe('admitMessage', () => {
  test('looks up who seems to have sent a request, and whom it is about', async () => {
    const { result, lookups } = await admit(request)
    assert.deepEqual(result, { ok: true, value: admitted() })
    const shared = issuerKey('shared', provider.entityId)
    assert.deepEqual(lookups, [{ issuerKey: shared, nameId: 'G-0042' }])
  })

  test('looks up what a response answers', async () => {
    const { lookups } = await admit(posted('SAMLResponse'))
    assert.deepEqual(lookups, [
      {
        issuerKey: issuerKey('shared', provider.entityId),
        logoutHandle: logoutHandle(answeredId),
      },
    ])
  })

  test("looks up an organization's own provider where its address was called", async () => {
    const { orgId } = provider
    const own = { ...provider, identifiers: 'organization' } as const
    const { result, lookups } = await admit({ ...request, scope: orgId }, { idp: own })
    assert.equal(lookups[0]?.issuerKey, issuerKey(orgId, provider.entityId))
    const entityIds = result.ok && result.value.identities.map(({ entityId }) => entityId)
    assert.deepEqual(entityIds, [`${arrival.publicUrl}/saml/${orgId}/sp`])
  })

  const nobody = { ...request, message: postedLogout('<a/>') }
  const refused = [
    ['an unknown provider', 'idp_unknown', request, undefined],
    ['an inactive provider', 'idp_inactive', request, { ...provider, state: 'inactive' }],
    ['a removed provider', 'idp_inactive', request, { ...provider, state: 'removed' }],
    [
      "a provider at another organization's address",
      'organization_mismatch',
      { ...request, scope: 'org_2' },
      provider,
    ],
  ] as const
  for (const [name, cause, arrived, idp] of refused) {
    test(`refuses ${name}, and tells whose it is`, async () => {
      const { result } = await admit(arrived, { idp })
      assert.ok(!result.ok)
      assert.equal(result.error.refusal.cause, cause)
      assert.equal(result.error.idp, idp)
    })
  }

  test('refuses what names nobody, and looks nothing up', async () => {
    const { result, lookups } = await admit(nobody)
    const refusal = { cause: 'idp_unknown', want: 'Issuer' }
    assert.deepEqual(result, { ok: false, error: { refusal } })
    assert.deepEqual(lookups, [])
  })

  test('parses nothing', async () => {
    const message = postedLogout(`<!DOCTYPE x><Issuer>${provider.entityId}</Issuer>`)
    assert.ok((await admit({ ...request, message })).result.ok)
  })
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { requestOf } from '#shared/aws/login-record.ts'
import { dynamoRequests } from '#shared/aws/request-store.ts'
import { newIdpId } from '#shared/ids.ts'
import type { RequestStore } from '#shared/sign-in/ports.ts'
import { newTenant } from '#test/flows/tenant.ts'
import { newProvider, newRequest, now } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let requests: RequestStore
before(async () => {
  db = await tables()
  requests = dynamoRequests(db.directory, db.ephemeral)
})

describe('findProvider', () => {
  test('answers a provider and the products', async () => {
    const { idp: known } = await newTenant() // saves the products
    const { idp, catalogue } = await requests.findProvider(known.id)
    for (const [name, value] of Object.entries(known)) {
      assert.deepEqual(idp?.[name as keyof typeof known], value, name)
    }
    for (const key of ['meetings', 'training', 'payroll']) assert.ok(catalogue.has(key), key)
  })

  test('answers no provider for an unknown id', async () => {
    const { idp } = await requests.findProvider(newIdpId())
    assert.equal(idp, undefined)
  })

  test('answers a provider as it was written just before', async () => {
    const idp = newProvider({ state: 'inactive' })
    await dynamoConfiguration(db.directory).createIdentityProvider(idp, { actor: 'test', at: now })
    assert.equal((await requests.findProvider(idp.id)).idp?.state, 'inactive')
  })
})

describe('saveRequest', () => {
  test('keeps a request under the hash of its id, an hour longer than it can be answered', async () => {
    const { request, answer } = newRequest(newProvider(), { product: 'x', target: '/y' })
    await requests.saveRequest(request)
    assert.deepEqual(await db.read(db.ephemeral, ephemeralKeys.login(answer.handle)), {
      pk: `login#${answer.handle}`,
      requestId: request.requestId,
      idpId: request.idpId,
      product: 'x',
      target: '/y',
      issuedAt: request.issuedAt,
      validUntil: request.validUntil,
      expiresAt: request.validUntil + 3600,
    })
  })

  test('replaces a request by what more is known of it, for who answers it', async () => {
    const more = { forceAuthn: true, authnContext: ['urn:a', 'urn:b'] } as const
    const { request, answer } = newRequest(newProvider())
    await requests.saveRequest(request)
    await requests.saveRequest({ ...request, ...more })
    const stored = await db.read(db.ephemeral, ephemeralKeys.login(answer.handle))
    assert.equal(stored?.['forceAuthn'], true)
    assert.deepEqual(stored['wantedAuthnContext'], ['urn:a', 'urn:b'])
    assert.equal('authnContext' in stored, false) // is what comes
    assert.deepEqual(requestOf(stored), { ...request, ...more })
  })

  test('does not undo what answered the request, where a repeat comes late', async () => {
    const { request, answer } = newRequest(newProvider())
    await requests.saveRequest(request)
    const completed = { ...ephemeralKeys.login(answer.handle), secretHash: 'x' }
    await db.put(db.ephemeral, completed)
    await assert.rejects(requests.saveRequest(request), { name: 'ConditionalCheckFailedException' })
    assert.deepEqual(await db.read(db.ephemeral, ephemeralKeys.login(answer.handle)), completed)
  })

  test('may be repeated, as the SDK does where an answer gets lost', async () => {
    const { request, answer } = newRequest(newProvider())
    using struck = strike(db.stack, 'PutItem', { fault: 'fail-after', times: 1 })
    await requests.saveRequest(request)
    assert.equal(struck.bodies.length, 2)
    const stored = await db.read(db.ephemeral, ephemeralKeys.login(answer.handle))
    assert.equal(stored?.['requestId'], request.requestId)
  })
})

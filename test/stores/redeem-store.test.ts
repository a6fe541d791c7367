import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { dynamoRedeems } from '#shared/aws/redeem-store.ts'
import { dynamoRequests } from '#shared/aws/request-store.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { newCredentialId, newJwtId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import type { SignIn } from '#shared/sign-in/ports.ts'
import type { RedeemStore } from '#shared/tokens/ports.ts'
import { newProvider, newRequest, newSignIn, now, nowMs } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let redeems: RedeemStore
before(async () => {
  db = await tables()
  redeems = dynamoRedeems(db.directory, db.ephemeral)
})

/** A sign-in that is complete, with a call that may redeem its token. */
async function completed(changes: Parameters<typeof newSignIn>[0] = {}) {
  const signIn = newSignIn(changes)
  assert.equal(await dynamoSignIns(db.directory, db.ephemeral).completeNew(signIn), undefined)
  const { handle, secretHash, landing } = signIn
  return {
    signIn,
    consumption: {
      handle,
      secretHash,
      product: landing.product,
      nonce: newJwtId(),
      logoutSecretHash: sha256('logout'),
    },
  }
}

const usedBy = async ({ handle }: SignIn) =>
  (await db.read(db.ephemeral, ephemeralKeys.login(handle)))?.['usedBy']

describe('find', () => {
  test('answers the credential, and what the token stands for', async () => {
    const id = newCredentialId()
    const credential = { id, product: 'meetings', secretHash: sha256('secret') }
    await dynamoConfiguration(db.directory).saveCredential(credential)
    const { signIn } = await completed({
      profile: { email: 'ada@example.com', displayName: 'Ada' },
      landing: { product: 'training', target: '/courses/1' },
    })
    const found = await redeems.find(id, signIn.handle)
    const { sk: _, pk: __, ...stored } = found.credential as typeof credential & Item
    assert.deepEqual(stored, credential)
    const { userId, ...record } = found.record ?? assert.fail('no record')
    assert.match(userId, /^usr_/)
    const wanted = {
      handle: signIn.handle,
      secretHash: signIn.secretHash,
      redeemableUntilMs: nowMs + 20_000,
      isUsed: false,
      product: 'training',
      target: '/courses/1',
      orgId: signIn.idp.orgId,
      email: 'ada@example.com',
      displayName: 'Ada',
      idpId: signIn.idp.id,
      authnInstant: now - 10,
    }
    for (const [name, value] of Object.entries(wanted)) {
      assert.equal(record[name as keyof typeof record], value, name)
    }
    assert.ok(!('givenName' in record) && !('authnContext' in record))
  })

  test('answers nothing for what is not there', async () => {
    const found = await redeems.find(newCredentialId(), 'none')
    assert.deepEqual(found, { credential: undefined, record: undefined })
  })

  test('does not take a request that nobody has answered for a token', async () => {
    const { request, answer } = newRequest(newProvider())
    await dynamoRequests(db.directory, db.ephemeral).saveRequest(request)
    const { record } = await redeems.find(newCredentialId(), answer.handle)
    assert.equal(record, undefined)
  })

  test('shows that a token was used', async () => {
    const { signIn, consumption } = await completed()
    await redeems.consume(consumption, nowMs)
    const { record } = await redeems.find(newCredentialId(), signIn.handle)
    assert.equal(record?.isUsed, true)
  })
})

describe('consume', () => {
  test('gives a token to the first call and to no other', async () => {
    const { signIn, consumption } = await completed()
    assert.equal(await redeems.consume(consumption, nowMs), true)
    const later = { ...consumption, nonce: newJwtId() }
    assert.equal(await redeems.consume(later, nowMs), false)
    assert.equal(await usedBy(signIn), consumption.nonce)
  })

  test('gives it to the same call again, as the SDK repeats what it got no answer to', async () => {
    const { consumption } = await completed()
    assert.equal(await redeems.consume(consumption, nowMs), true)
    assert.equal(await redeems.consume(consumption, nowMs + 1), true)
  })

  test('gives it to a call whose first answer gets lost', async () => {
    const { signIn, consumption } = await completed()
    using struck = strike(db.stack, 'UpdateItem', { fault: 'fail-after', times: 1 })
    assert.equal(await redeems.consume(consumption, nowMs), true)
    assert.equal(struck.bodies.length, 2)
    assert.equal(await usedBy(signIn), consumption.nonce)
  })

  test('gives it to one of many calls at once, in two stores', async () => {
    const { signIn, consumption } = await completed()
    const another = dynamoRedeems(db.directory, db.ephemeral)
    const nonces = Array.from({ length: 20 }, newJwtId)
    const answers = await Promise.all(
      nonces.map((nonce, i) =>
        (i % 2 === 0 ? redeems : another).consume({ ...consumption, nonce }, nowMs),
      ),
    )
    const winners = nonces.filter((_, i) => answers[i])
    assert.deepEqual(winners, [await usedBy(signIn)])
  })

  const refused = [
    ['another product', { product: 'training' }],
    ['another secret', { secretHash: sha256('other') }],
    ['an unknown handle', { handle: 'none' }],
  ] as const
  for (const [name, change] of refused) {
    test(`refuses ${name}, and uses nothing up`, async () => {
      const { signIn, consumption } = await completed()
      assert.equal(await redeems.consume({ ...consumption, ...change }, nowMs), false)
      assert.equal(await usedBy(signIn), undefined)
      assert.equal(await redeems.consume(consumption, nowMs), true)
    })
  }

  test('leaves no item where there was none', async () => {
    const { consumption } = await completed()
    const handle = `none-${newJwtId()}`
    assert.equal(await redeems.consume({ ...consumption, handle }, nowMs), false)
    assert.equal(await db.read(db.ephemeral, ephemeralKeys.login(handle)), undefined)
  })

  test('takes a token 19,999 ms after the sign-in, and refuses it at 20,000 ms', async () => {
    const [inTime, late] = [await completed(), await completed()]
    assert.equal(await redeems.consume(inTime.consumption, nowMs + 19_999), true)
    assert.equal(await redeems.consume(late.consumption, nowMs + 20_000), false)
    assert.equal(await usedBy(late.signIn), undefined)
  })

  test('does not take a request that nobody has answered for a token', async () => {
    const { request, answer } = newRequest(newProvider(), { product: 'meetings' })
    await dynamoRequests(db.directory, db.ephemeral).saveRequest(request)
    const { consumption } = await completed()
    assert.equal(await redeems.consume({ ...consumption, handle: answer.handle }, nowMs), false)
  })

  test('throws where the table does not answer', async () => {
    const { consumption } = await completed()
    {
      using _ = strike(db.stack, 'UpdateItem', { fault: 'fail-before' })
      await assert.rejects(redeems.consume(consumption, nowMs), { name: 'InternalFailure' })
    }
    assert.equal(await redeems.consume(consumption, nowMs), true)
  })
})

describe('findUser', () => {
  test('answers user and organization as they are now', async () => {
    const idp = newProvider()
    const organization = { id: idp.orgId, name: 'Acme', defaultProduct: 'meetings' }
    const configuration = dynamoConfiguration(db.directory)
    await configuration.createOrganization(organization, [], { actor: 'test', at: now })
    const { signIn } = await completed({ idp })
    const { record } = await redeems.find(newCredentialId(), signIn.handle)
    const { userId, subjectKey } = record ?? assert.fail('no record')
    const key = directoryKeys.user(idp.orgId, userId)
    await db.put(db.directory, {
      ...key,
      ...(await db.read(db.directory, key)),
      state: 'suspended',
    })
    const found = await redeems.findUser({ orgId: idp.orgId, userId, subjectKey })
    assert.equal(found.user?.id, userId)
    assert.equal(found.user.state, 'suspended')
    assert.equal(found.user.email, 'ada@example.com')
    assert.equal(found.organization?.id, idp.orgId)
    assert.equal(found.organization.name, 'Acme')
    assert.equal(found.signedOut, undefined)
  })

  test('answers which sessions have ended', async () => {
    const { signIn } = await completed()
    const { record } = await redeems.find(newCredentialId(), signIn.handle)
    const key = directoryKeys.subject(signIn.subjectKey)
    const signedOut = { sessions: { [record?.sid ?? '']: { atMs: nowMs } } }
    await db.put(db.directory, { ...key, ...(await db.read(db.directory, key)), signedOut })
    const found = await redeems.findUser(record ?? assert.fail('no record'))
    assert.deepEqual(found.signedOut, signedOut)
  })

  test('does not find a user in another organization', async () => {
    const { signIn } = await completed()
    const { record } = await redeems.find(newCredentialId(), signIn.handle)
    const { userId, subjectKey } = record ?? assert.fail('no record')
    const { user } = await redeems.findUser({ orgId: newProvider().orgId, userId, subjectKey })
    assert.equal(user, undefined)
  })
})

type Item = { pk: string; sk: string }

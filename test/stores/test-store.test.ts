import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoRequests } from '#shared/aws/request-store.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { dynamoTests } from '#shared/aws/test-store.ts'
import { newTestId } from '#shared/ids.ts'
import type { RequestStore, SignInStore } from '#shared/sign-in/ports.ts'
import type { CompletedTest, TestStore } from '#shared/sign-in/test-ports.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { newProvider, newRequest, now } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { tables } from './tables.ts'

let tests: TestStore
let signIns: SignInStore
let requests: RequestStore
before(async () => {
  const { directory, ephemeral } = await tables()
  tests = dynamoTests(ephemeral)
  signIns = dynamoSignIns(directory, ephemeral)
  requests = dynamoRequests(directory, ephemeral)
})

/** A test that has been started. */
async function started() {
  const idp = newProvider()
  const id = newTestId()
  await tests.create({ id, orgId: idp.orgId, idpId: idp.id, validUntil: now + 3600 })
  const { request, answer } = newRequest(idp, { testId: id })
  await requests.saveRequest(request)
  const completed: CompletedTest = {
    testId: id,
    handle: answer.handle,
    idpId: idp.id,
    at: now,
    result: { outcome: 'refused', cause: 'audience', got: 'x', notes: [] },
  }
  return { id, idp, request, completed }
}

describe('tests', () => {
  test('are found as they were made, and by nobody who does not know their id', async () => {
    const { id, idp } = await started()
    const made = { id, orgId: idp.orgId, idpId: idp.id, validUntil: now + 3600 }
    assert.deepEqual(await tests.find(id), made)
    assert.equal(await tests.find(newTestId()), undefined)
    const { test: found } = await requests.findProvider(idp.id, id)
    assert.deepEqual(found, made)
  })

  test('keep their result, and spend their request', async () => {
    const { id, request, completed } = await started()
    assert.equal(await signIns.completeTest(completed), undefined)
    const found = await tests.find(id)
    assert.equal(found?.at, now)
    assert.deepEqual(found.result, completed.result)
    assert.deepEqual(await signIns.findRequest(completed.handle), { ...request, isUsed: true })
  })

  test('are answered once, by however many at once', async () => {
    const { completed } = await started()
    const errors = await Promise.all([1, 2, 3].map(() => signIns.completeTest(completed)))
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal(errors.filter((error) => error === 'already_completed').length, 2)
  })

  test('are answered by their own provider only, and in time', async () => {
    const { id, completed } = await started()
    const other = { ...completed, idpId: newProvider().id }
    assert.equal(await signIns.completeTest(other), 'already_completed')
    const late = { ...completed, at: now + 600 }
    assert.equal(await signIns.completeTest(late), 'already_completed')
    assert.equal((await tests.find(id))?.result, undefined)
  })

  test('keep their request spent when the start is repeated late', async () => {
    const { request, completed } = await started()
    assert.equal(await signIns.completeTest(completed), undefined)
    await assert.rejects(requests.saveRequest(request))
    assert.equal((await signIns.findRequest(completed.handle))?.isUsed, true)
  })

  for (const fault of ['fail-before', 'fail-after'] as const) {
    test(`keep their result once, whatever fails: ${fault}`, async () => {
      const { stack } = await runningStack()
      const { id, completed } = await started()
      using struck = strike(stack, 'TransactWriteItems', { fault, times: 1 })
      assert.equal(await signIns.completeTest(completed), undefined)
      assert.equal(struck.bodies.length, 2)
      assert.deepEqual((await tests.find(id))?.result, completed.result)
    })
  }
})

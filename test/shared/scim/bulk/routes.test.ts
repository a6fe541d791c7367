import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newOrgId, newScimTokenId } from '#shared/ids.ts'
import { fail, ok } from '#shared/result.ts'
import type { WriteRoutes } from '#shared/scim/bulk/execute.ts'
import { postBulk } from '#shared/scim/bulk/routes.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '#shared/scim/calls.ts'
import { conflict, paused } from '#shared/scim/errors.ts'
import type { ScimAct, ScimCaller } from '#shared/scim/types.ts'

const orgId = newOrgId()
const id = newDirectoryId(orgId)
const tokenId = newScimTokenId()
const caller: ScimCaller = {
  ...{ tokenId, domains: [] },
  directory: {
    ...{ id, orgId, name: 'One', state: 'active', cursorKey: 'key', createdAt: 1, revision: 1 },
    guard: { share: 20, atLeast: 20 },
  },
}
const startMs = 1_800_000_000_000
const baseUrl = `https://scim.example/scim/v2/${id}`

type Alone = ScimCall & { scimAct: ScimAct }

/** Does deletions of users as it is told to by their ids. */
async function run(targets: readonly string[], answer: (call: Alone) => ScimAnswer) {
  const clock = { ms: startMs }
  const calls: Alone[] = []
  const logged: unknown[] = []
  const route: ScimRoute<unknown> = {
    read: () => Promise.resolve(ok(undefined)),
    act: async (_, call) => {
      clock.ms += 1000
      calls.push(call)
      return answer(call)
    },
  }
  const routes: WriteRoutes = { POST: route, PUT: route, PATCH: route, DELETE: route }
  const refused = (_: unknown, { request }: Pick<ScimAct, 'request'>, outcome: object) => {
    logged.push([request.method, request.path, outcome])
    return Promise.resolve()
  }
  const ports = { routesOf: async () => routes, log: { refused }, now: () => clock.ms }
  const Operations = targets.map((one) => ({ method: 'DELETE', path: `/Users/${one}` }))
  const request = { requestId: 'r', tokenId, method: 'POST', path: '/Bulk' }
  const call: Alone = {
    ...{ method: 'POST', path: '/Bulk', directory: id, id: undefined, baseUrl },
    ...{ query: new URLSearchParams(), nowMs: startMs, ifMatch: undefined, ifNoneMatch: undefined },
    body: () => ok({ Operations }),
    scimAct: { actor: 'scim:x', nowMs: startMs, request },
  }
  const bulk = postBulk(ports)
  const read = await bulk.read(call)
  assert.ok(read.ok)
  const answered = await bulk.act(caller, call, read.value)
  assert.ok(answered.ok)
  const { Operations: done } = answered.value.resource as { Operations: { status: string }[] }
  return { calls, logged, statuses: done.map(({ status }) => status) }
}

const removed = ok({ status: 204 as const })
const ten = Array.from({ length: 10 }, (_, n) => `usr_${String(n).padStart(32, '0')}`)

describe('an operation of a bulk request', () => {
  test('is the request that it would have been alone, at its own time', async () => {
    const { calls } = await run(ten.slice(0, 2), () => removed)
    const [, second] = calls
    assert.deepEqual(
      [second?.method, second?.path, second?.id, second?.baseUrl, second?.directory],
      ['DELETE', `/Users/${ten[1]}`, ten[1], baseUrl, id],
    )
    assert.equal(second?.nowMs, startMs + 1000)
    assert.deepEqual(second?.scimAct, {
      ...{ actor: 'scim:x', nowMs: startMs + 1000 },
      request: { requestId: 'r', tokenId, method: 'DELETE', path: `/Users/${ten[1]}` },
    })
  })

  test('is begun only while there is time', async () => {
    const { calls, statuses } = await run(ten, () => removed)
    assert.equal(calls.length, 7)
    assert.deepEqual(statuses, [...Array(7).fill('204'), ...Array(3).fill('503')])
  })

  test('is told to the log for admins where it is refused', async () => {
    const { logged } = await run(ten.slice(0, 2), ({ id: target }) =>
      target === ten[0] ? removed : fail(conflict('no')),
    )
    assert.deepEqual(logged, [['DELETE', `/Users/${ten[1]}`, { status: 409 }]])
  })

  test('is not tried any more once one has met a directory that is paused', async () => {
    const { calls, statuses, logged } = await run(ten.slice(0, 3), () => fail(paused))
    assert.equal(calls.length, 1)
    assert.deepEqual(statuses, ['503', '503', '503'])
    assert.equal(logged.length, 3)
  })

  test('fails alone where we do', async (t) => {
    const lines: object[] = []
    t.mock.method(console, 'error', (line: object) => lines.push(line))
    const { statuses } = await run(ten.slice(0, 3), ({ id: target }) => {
      if (target === ten[1]) throw new Error('a bug')
      return removed
    })
    t.mock.restoreAll()
    assert.deepEqual(statuses, ['204', '500', '204'])
    assert.match(JSON.stringify(lines), /scim_bulk_operation_failed/)
  })
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoTraces } from '#shared/aws/trace-store.ts'
import { newOrgId, newTraceId, type OrgId, type TraceId } from '#shared/ids.ts'
import { toSeconds } from '#shared/time.ts'
import { newOrganization } from '#test/flows/new-administrator.ts'
import { tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { type OperatorAnswer, operatorCalls } from './operator-calls.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-traces/handler.ts')

/** Long ago, so that no other test's traces are there. */
const BEGIN = 1_000_000_000_000

describe('operator-traces', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let call: ReturnType<typeof operatorCalls>
  before(async () => {
    const { stack } = await environmentOf('operator-traces')
    handler = (await importHandler()).handler
    call = operatorCalls(stack)
  })
  const event = eventOf('operator-traces')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  /** Of both kinds in turn: what a key vouches for, and what nothing does. */
  async function record(orgId: OrgId | undefined, count: number): Promise<TraceId[]> {
    const traces = dynamoTraces(process.env['DIRECTORY_TABLE'] ?? '')
    const ids = Array.from({ length: count }, (_, index) => newTraceId(BEGIN + index))
    for (const [index, id] of ids.entries()) {
      await traces.record({
        id,
        at: toSeconds(Date.now()),
        outcome: 'refused',
        cause: 'signature_invalid',
        ...(orgId && { orgId }),
        ...(index % 2 === 0 && { keyFingerprint: 'one' }),
      })
    }
    return ids
  }

  const idsIn = ({ body }: OperatorAnswer) =>
    (body['traces'] as { id: TraceId }[]).map(({ id }) => id)
  const from = newTraceId(BEGIN - 1)

  test('answers the traces of an organization after one, in pages, oldest first', async () => {
    const { orgId } = await newOrganization()
    const ids = await record(orgId, 230)
    const path = `/operator/orgs/${orgId}/traces`
    const found: TraceId[] = []
    let after: unknown = from
    while (after !== undefined) {
      const page = await call('GET', `${path}?after=${after}`)
      assert.equal(page.status, 200)
      assert.ok(idsIn(page).length <= 100)
      found.push(...idsIn(page))
      after = page.body['next']
    }
    assert.deepEqual(found, ids)
    assert.deepEqual(idsIn(await call('GET', `${path}?after=${ids[228]}`)), [ids[229]])
    assert.deepEqual(idsIn(await call('GET', `${path}?after=${ids[229]}`)), [])
  })

  test('knows nothing of an organization that is not there, or is deleted', async () => {
    const { directory, put } = await tables()
    const [orgId, deletedId] = [newOrgId(), newOrgId()]
    const stone = { orgId: deletedId, name: 'Acme', state: 'deleted', deletedAt: 1, rev: 1 }
    await put(directory, { ...directoryKeys.organization(deletedId), ...stone })
    await record(deletedId, 1)
    for (const unknown of [orgId, deletedId, 'org_1']) {
      const page = await call('GET', `/operator/orgs/${unknown}/traces?after=${from}`)
      assert.equal(page.status, 404)
      assert.equal(page.body['type'], 'urn:latchkey:problem:organization_unknown')
    }
  })

  test('answers nothing of an organization to which nothing has happened', async () => {
    const { orgId } = await newOrganization()
    const page = await call('GET', `/operator/orgs/${orgId}/traces?after=${from}`)
    assert.deepEqual(page, { status: 200, body: { traces: [] } })
  })

  test('answers what came from nobody knows whom, wherever it is kept', async () => {
    const ids = await record(undefined, 40)
    const found = idsIn(await call('GET', `/operator/traces/unattributed?after=${from}`))
    assert.deepEqual(found.slice(0, ids.length), ids)
  })

  test('refuses a place that is no trace', async () => {
    assert.equal((await call('GET', '/operator/traces/unattributed?after=1')).status, 422)
    assert.equal((await call('GET', '/operator/traces/unattributed')).status, 422)
  })
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-import/handler.ts')

const orgId = 'org_00000000000000000000000000000001'

describe('operator-import', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('operator-import')
    handler = (await importHandler()).handler
  })
  const event = eventOf('operator-import')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  test('answers 404 where there is no such import', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 404)
    assert.equal(JSON.parse(answer.body).type, 'urn:latchkey:problem:import_unknown')
  })

  const pageOf = (items: object[], changes: object = {}) => {
    const routeKey = 'POST /operator/orgs/{organization}/import'
    const body = JSON.stringify({ import: '1'.repeat(32), version: 1, items, ...changes })
    return { ...event, routeKey, body }
  }
  const organization = { pk: `org#${orgId}`, sk: 'org', orgId, name: 'Acme' }
  const other = 'org_00000000000000000000000000000002'
  const refused: [string, object[], object, string][] = [
    ['another version', [organization], { version: 2 }, 'request_refused'],
    ['no organization first', [{ pk: `org#${orgId}#email`, sk: 'a' }], {}, 'organization_missing'],
    ['items of another organization', [{ pk: `org#${other}#email`, sk: 'a' }], {}, 'items_foreign'],
    [
      "another organization's provider",
      [{ pk: 'idp#idp_1', sk: 'idp', orgId: other }],
      {},
      'items_foreign',
    ],
    ['a key of nobody', [{ pk: 'apikey#key_1', sk: 'apikey' }], {}, 'items_foreign'],
    ['products', [{ pk: 'catalogue', sk: 'products', orgId }], {}, 'items_foreign'],
    ['a trace', [{ pk: `trace#${orgId}`, sk: 'trc_1', orgId }], {}, 'items_foreign'],
    ['a certificate', [{ pk: 'certificate#1', sk: 'certificate', orgId }], {}, 'items_foreign'],
  ]
  for (const [name, items, changes, cause] of refused) {
    test(`takes no page with ${name}`, async (t) => {
      const { answer } = await invoke(t, handler, pageOf(items, changes))
      assert.equal(JSON.parse(answer.body).type, `urn:latchkey:problem:${cause}`)
    })
  }
})

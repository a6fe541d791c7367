import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import type { OrgId } from '#shared/ids.ts'
import { type Answer, read } from '#test/flows/admin-client.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { signedFetch } from '#test/flows/signed-fetch.ts'
import { refusesInput, refusesWhereTablesAreAway, type Sent } from './input-refusals.ts'
import { type ApiRoute, operatorRoutes, pathOf } from './routes.ts'

const organization: OrgId = `org_${'d'.repeat(32)}`
const importing = { import: 'd'.repeat(32) }
const own = { ...directoryKeys.organization(organization), orgId: organization, name: 'A' }

/** What routes take that want input, as it is read before tables are. */
const inputs: Readonly<Record<string, Sent>> = {
  'POST /operator/orgs': bodyOf({ name: 'Acme', defaultProduct: 'meetings' }),
  'PATCH /operator/orgs/{organization}': bodyOf({ name: 'Acme' }),
  'POST /operator/orgs/{organization}/api-keys': bodyOf({ label: 'Key' }),
  'PUT /operator/orgs/{organization}/product-hosts': bodyOf({ hosts: [] }),
  'POST /operator/orgs/{organization}/accounts': bodyOf({ name: 'Main', seats: {} }),
  'PATCH /operator/orgs/{organization}/accounts/{account}': bodyOf({ name: 'Main' }),
  'POST /operator/orgs/{organization}/import': bodyOf({ ...importing, version: 1, items: [own] }),
  'POST /operator/orgs/{organization}/import/finish': bodyOf(importing),
  'DELETE /operator/orgs/{organization}': { query: '?confirm=Acme' },
  'GET /operator/orgs/{organization}/traces': { query: `?after=trc_${'0'.repeat(32)}` },
  'GET /operator/traces/unattributed': { query: `?after=trc_${'0'.repeat(32)}` },
  'PUT /operator/products/{product}': bodyOf({
    ...{ name: 'Meetings', landingUrl: 'https://meetings.example/in', allowedPaths: ['/'] },
  }),
  'POST /operator/products/{product}/credentials': bodyOf({ label: 'Blue' }),
}

function bodyOf(value: object): Sent {
  return { body: JSON.stringify(value) }
}

/** Calls as the command line does. */
async function sendTo(route: ApiRoute, sent: Sent): Promise<Answer> {
  const { stack } = await runningStack()
  const { method, path, operation } = route
  const { ids = {}, query = '', headers, body } = sent
  const given = {
    ...(operation.ifMatch === 'required' && { 'if-match': '*' }),
    ...(operation.body && { 'content-type': 'application/json' }),
    ...headers,
  }
  const text = method === 'GET' ? undefined : body
  const url = `${pathOf(path, { organization, ...ids })}${query}`
  return read(await signedFetch(stack)(url, { method, headers: given, body: text }))
}

for (const route of operatorRoutes) {
  describe(`${route.key} refuses`, () => {
    test('who has not signed the call, before any function runs', async () => {
      const { stack } = await runningStack()
      const response = await fetch(`${stack.url}${pathOf(route.path, {})}`, {
        method: route.method,
      })
      assert.equal(response.status, 403)
      assert.deepEqual(await response.json(), { message: 'Forbidden' })
    })

    const tested = { ...route, send: (sent: Sent = {}) => sendTo(route, sent) }
    refusesInput(tested)
    // The doctor tells what is away.
    if (!route.path.endsWith('/doctor')) refusesWhereTablesAreAway(tested, inputs[route.key])
  })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Answer, read } from '#test/flows/admin-client.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { signedFetch } from '#test/flows/signed-fetch.ts'
import { refusesInput, refusesWhereTablesAreAway, type Sent } from './input-refusals.ts'
import { type ApiRoute, operatorRoutes, pathOf } from './routes.ts'

/** Calls as the command line does. */
async function sendTo(route: ApiRoute, sent: Sent): Promise<Answer> {
  const { stack } = await runningStack()
  const { method, path, operation } = route
  const { ids = {}, query = '', headers, body } = sent
  const organization = `org_${'d'.repeat(32)}`
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
    // Where there is input, it is read first; the doctor tells what is away.
    const { body, query } = route.operation
    if (!body && !query && !route.path.endsWith('/doctor')) refusesWhereTablesAreAway(tested)
  })
}

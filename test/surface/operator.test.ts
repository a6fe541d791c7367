import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { requestSigner } from '#shared/aws/request-signer.ts'
import { type Answer, read } from '#test/flows/admin-client.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { refusesInput, refusesWhereTablesAreAway, type Sent } from './input-refusals.ts'
import { type ApiRoute, operatorRoutes, pathOf } from './routes.ts'

const credentials = { accessKeyId: 'operator', secretAccessKey: 'local' }

/** Calls as the command line does: signed, for this region. */
async function sendTo(route: ApiRoute, sent: Sent): Promise<Answer> {
  const { stack } = await runningStack()
  const { method, path, operation } = route
  const { ids = {}, query = '', headers, body } = sent
  const organization = `org_${'d'.repeat(32)}`
  const url = new URL(`${stack.url}${pathOf(path, { organization, ...ids })}${query}`)
  const given = {
    ...(operation.ifMatch === 'required' && { 'if-match': '*' }),
    ...(operation.body && { 'content-type': 'application/json' }),
    ...headers,
  }
  const hasBody = body !== undefined && method !== 'GET'
  const signer = requestSigner({ credentials, region: stack.region, sendsBodyHash: true })
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: queryOf(url),
    headers: {
      ...Object.fromEntries(Object.entries(given).flatMap(([k, v]) => (v ? [[k, v]] : []))),
      host: url.host,
    },
    ...(hasBody && { body }),
  })
  const { host: _, ...sendable } = signed.headers
  const response = await fetch(url, { method, headers: sendable, ...(hasBody && { body }) })
  return read(response)
}

/** Repeated parameters as lists. */
const queryOf = ({ searchParams }: URL) =>
  Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]),
  )

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

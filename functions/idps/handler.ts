import type { Role } from '#shared/admin/api-key.ts'
import { dynamoApiKeys } from '#shared/aws/api-key-store.ts'
import { dynamoProviders } from '#shared/aws/idp-store.ts'
import { dynamoTests } from '#shared/aws/test-store.ts'
import { type AdminRoute, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { documentFetcher } from '#shared/net/fetch-document.ts'
import { networkOf } from '#shared/net/network.ts'
import { epochMilliseconds } from '#shared/time.ts'
import * as connections from './connection-calls.ts'
import * as providers from './provider-calls.ts'
import { createTest, showTest } from './test-calls.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const ports: providers.Ports = {
  store: dynamoProviders(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  fetchDocument: documentFetcher(networkOf(process.env)),
  publicUrl: PUBLIC_URL,
}

const tests = { store: ports.store, tests: dynamoTests(EPHEMERAL_TABLE), publicUrl: PUBLIC_URL }

const allowing =
  (...roles: Role[]) =>
  (call: providers.Call): AdminRoute => ({ roles, handle: (admin) => call(ports, admin) })
const look = allowing('admin', 'reader', 'setup')
const configure = allowing('admin', 'setup')
const decide = allowing('admin')

const ALL = '/orgs/{organization}/idps'
const ONE = `${ALL}/{idp}`

export const handler = adminEndpoint(
  { keys: dynamoApiKeys(DIRECTORY_TABLE), now: epochMilliseconds },
  {
    [`GET ${ALL}`]: look(providers.list),
    [`POST ${ALL}`]: configure(providers.create),
    [`POST ${ALL}/preview`]: configure(providers.showPreview),
    [`GET ${ALL}/identifiers`]: look(connections.newIdentifiers),
    [`GET ${ALL}/guide`]: look(connections.newGuide),
    [`GET ${ONE}`]: look(providers.show),
    [`PATCH ${ONE}`]: configure(providers.patch),
    [`DELETE ${ONE}`]: decide(providers.remove),
    [`PUT ${ONE}/connection`]: configure(connections.replace),
    [`POST ${ONE}/connection/restore`]: configure(connections.restore),
    [`POST ${ONE}/parked/apply`]: configure(connections.apply),
    [`POST ${ONE}/parked/discard`]: configure(connections.discard),
    [`POST ${ONE}/refresh`]: configure(connections.refresh),
    [`POST ${ONE}/certificates`]: configure(connections.addKey),
    [`DELETE ${ONE}/certificates/{fingerprint}`]: configure(connections.removeKey),
    [`POST ${ONE}/activate`]: decide(providers.activate),
    [`POST ${ONE}/deactivate`]: decide(providers.deactivate),
    [`GET ${ONE}/identifiers`]: look(connections.identifiers),
    [`GET ${ONE}/guide`]: look(connections.guide),
    [`GET ${ONE}/tasks`]: look(connections.listTasks),
    [`POST ${ONE}/tasks/{task}/done`]: configure(connections.finishTask),
    [`POST ${ONE}/tests`]: configure((_, call) => createTest(tests, call)),
    [`GET ${ONE}/tests/{test}`]: look((_, call) => showTest(tests, call)),
  },
)

import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoProviders } from '#shared/aws/idp-store.ts'
import { dynamoTests } from '#shared/aws/test-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { documentFetcher } from '#shared/net/fetch-document.ts'
import { networkOf } from '#shared/net/network.ts'
import * as connections from './connection-calls.ts'
import { contract } from './contract.ts'
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

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/idps': (call) => providers.list(ports, call),
  'POST /orgs/{organization}/idps': (call) => providers.create(ports, call),
  'POST /orgs/{organization}/idps/preview': (call) => providers.showPreview(ports, call),
  'GET /orgs/{organization}/idps/identifiers': (call) => connections.newIdentifiers(ports, call),
  'GET /orgs/{organization}/idps/guide': (call) => connections.newGuide(ports, call),
  'GET /orgs/{organization}/idps/{idp}': (call) => providers.show(ports, call),
  'PATCH /orgs/{organization}/idps/{idp}': (call) => providers.patch(ports, call),
  'DELETE /orgs/{organization}/idps/{idp}': (call) => providers.remove(ports, call),
  'PUT /orgs/{organization}/idps/{idp}/connection': (call) => connections.replace(ports, call),
  'POST /orgs/{organization}/idps/{idp}/connection/restore': (call) =>
    connections.restore(ports, call),
  'POST /orgs/{organization}/idps/{idp}/parked/apply': (call) => connections.apply(ports, call),
  'POST /orgs/{organization}/idps/{idp}/parked/discard': (call) => connections.discard(ports, call),
  'POST /orgs/{organization}/idps/{idp}/refresh': (call) => connections.refresh(ports, call),
  'POST /orgs/{organization}/idps/{idp}/certificates': (call) => connections.addKey(ports, call),
  'DELETE /orgs/{organization}/idps/{idp}/certificates/{fingerprint}': (call) =>
    connections.removeKey(ports, call),
  'POST /orgs/{organization}/idps/{idp}/activate': (call) => providers.activate(ports, call),
  'POST /orgs/{organization}/idps/{idp}/deactivate': (call) => providers.deactivate(ports, call),
  'GET /orgs/{organization}/idps/{idp}/identifiers': (call) => connections.identifiers(ports, call),
  'GET /orgs/{organization}/idps/{idp}/guide': (call) => connections.guide(ports, call),
  'GET /orgs/{organization}/idps/{idp}/tasks': (call) => connections.listTasks(ports, call),
  'POST /orgs/{organization}/idps/{idp}/tasks/{task}/done': (call) =>
    connections.finishTask(ports, call),
  'POST /orgs/{organization}/idps/{idp}/tests': (call) => createTest(tests, call),
  'GET /orgs/{organization}/idps/{idp}/tests/{test}': (call) => showTest(tests, call),
})

import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { changeRole } from '#shared/users/change-role.ts'
import { reactivateUser, signOutEverywhere, suspendUser } from '#shared/users/suspend-user.ts'
import * as calls from './calls.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const store = dynamoUsers(DIRECTORY_TABLE)

const { showing, targetOf } = calls
/** Who comes to be, who is the same one as who, and who is no more. */
const rareCalls = () => import('./rare-calls.ts')

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/users': (call) => calls.list(store, call),
  'POST /orgs/{organization}/users': async (call) =>
    (await rareCalls()).create(store, PUBLIC_URL, call),
  'GET /orgs/{organization}/users/{user}': (call) => calls.show(store, call),
  'PATCH /orgs/{organization}/users/{user}': (call) => calls.patch(store, call),
  'DELETE /orgs/{organization}/users/{user}': async (call) =>
    (await rareCalls()).remove(store, call),

  'POST /orgs/{organization}/users/{user}/suspend': async (call) =>
    showing(store, await suspendUser(store, targetOf(call))),
  'POST /orgs/{organization}/users/{user}/reactivate': async (call) =>
    showing(store, await reactivateUser(store, targetOf(call))),
  'POST /orgs/{organization}/users/{user}/restore': async (call) =>
    (await rareCalls()).restore(store, call),
  'POST /orgs/{organization}/users/{user}/sign-out': async (call) =>
    showing(store, await signOutEverywhere(store, targetOf(call))),
  'PUT /orgs/{organization}/users/{user}/role': async (call) =>
    showing(store, await changeRole(store, targetOf(call), call.body.role)),

  'GET /orgs/{organization}/users/{user}/subjects': async (call) =>
    (await rareCalls()).subjects(store, call),
  'POST /orgs/{organization}/users/{user}/subjects': async (call) =>
    (await rareCalls()).link(store, call),
  'DELETE /orgs/{organization}/users/{user}/subjects/{subject}': async (call) =>
    (await rareCalls()).unlink(store, call),
  'DELETE /orgs/{organization}/users/{user}/directories/{directory}': async (call) =>
    (await rareCalls()).part(store, call),
  'POST /orgs/{organization}/users/{user}/merge': async (call) =>
    (await rareCalls()).merge(store, call),
})

import { dynamoAccess } from '#shared/aws/access-store.ts'
import { dynamoAccounts } from '#shared/aws/account-store.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { removeAccess } from '#shared/products/remove-access.ts'
import { contract } from './contract.ts'
import { accessOutput, accountOutput } from './output.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const accounts = dynamoAccounts(DIRECTORY_TABLE)
const store = dynamoAccess(DIRECTORY_TABLE)

const ACCOUNT = '/orgs/{organization}/accounts/{account}'
const USERS = `${ACCOUNT}/products/{product}/users`

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/accounts': async ({ orgId }) => {
    const [all, counts] = await Promise.all([accounts.list(orgId), accounts.listCounts(orgId)])
    return json(200, { accounts: all.map((account) => accountOutput(account, counts)) })
  },

  [`GET ${ACCOUNT}`]: async ({ orgId, ids }) => {
    const [account, counts] = await Promise.all([
      accounts.find(orgId, ids.account),
      accounts.listCounts(orgId),
    ])
    return account ? json(200, accountOutput(account, counts)) : refuse('account_unknown')
  },

  [`GET ${USERS}`]: async ({ orgId, ids, query: { limit, cursor: after } }) => {
    const { account: id, product } = ids
    const account = await accounts.find(orgId, id)
    if (!account) return refuse('account_unknown')
    if (account.seats[product] === undefined) return refuse('account_without_product')
    const page = { limit, ...(after !== undefined && { after }) }
    const { rows, next } = await store.listHolders({ orgId, account: id, product }, page)
    const users = rows.map(({ userId, person, ...access }) => ({
      id: userId,
      ...person,
      ...accessOutput(access),
    }))
    return json(200, { users, ...(next !== undefined && { next: cursorOf(next) }) })
  },

  [`PUT ${USERS}/{user}`]: async ({ orgId, ids, actor, nowMs }) => {
    const { account, product, user: userId } = ids
    const wanted = { orgId, account, product, userId, grantedBy: 'admin' } as const
    const granted = await grantAccess(store, wanted, { actor, nowMs })
    if (granted.ok) return json(200, accessOutput(granted.value.access))
    if (granted.error === 'changed_meanwhile') throw new Error('the seats change all the time')
    return refuse(granted.error)
  },

  [`DELETE ${USERS}/{user}`]: async ({ orgId, ids, actor, nowMs }) => {
    const { account, product, user: userId } = ids
    const key = { orgId, account, product, userId }
    const removed = await removeAccess(store, key, { actor, nowMs })
    if (removed.ok) return respond(204, {})
    if (removed.error === 'changed_meanwhile') throw new Error('the seats change all the time')
    return refuse(removed.error)
  },
})

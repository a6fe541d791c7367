import { dynamoAccess } from '#shared/aws/access-store.ts'
import { dynamoAccounts } from '#shared/aws/account-store.ts'
import { dynamoCatalogue } from '#shared/aws/catalogue-store.ts'
import { readEnv } from '#shared/http/env.ts'
import { repeatableId } from '#shared/http/idempotency-key.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import type { Account } from '#shared/products/account.ts'
import { changeAccount, removeAccount } from '#shared/products/change-account.ts'
import { createAccount } from '#shared/products/create-account.ts'
import { epochMilliseconds, isoTime } from '#shared/time.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const accounts = dynamoAccounts(DIRECTORY_TABLE)
const access = dynamoAccess(DIRECTORY_TABLE)
const catalogue = dynamoCatalogue(DIRECTORY_TABLE)

const shown = ({ id, name, reference, overAllocation, seats, createdAt }: Account) => ({
  ...{ id, name, reference, overAllocation, seats },
  createdAt: isoTime(createdAt),
})

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'GET /operator/orgs/{organization}/accounts': async ({ ids }) =>
    json(200, { accounts: (await accounts.list(ids.organization)).map(shown) }),

  'POST /operator/orgs/{organization}/accounts': async (call) => {
    const { ids, body: settings, repeatable, actor, now } = call
    const products = (await catalogue.find()).catalogue
    const id = repeatableId('acc', repeatable)
    const wanted = { orgId: ids.organization, id, settings, callHash: repeatable?.callHash }
    const created = await createAccount(accounts, products, wanted, { actor, at: now })
    if (created.ok) return json(201, shown(created.value))
    const { error } = created
    return error.cause === 'account_refused'
      ? refuse('request_refused', { problems: error.problems })
      : refuse(error.cause)
  },

  'PATCH /operator/orgs/{organization}/accounts/{account}': async (call) => {
    const { ids, body, actor, now } = call
    const products = (await catalogue.find()).catalogue
    const wanted = {
      orgId: ids.organization,
      id: ids.account,
      change: ({ name, reference, overAllocation, seats }: Account) => ({
        ...{ name, overAllocation, ...(reference !== undefined && { reference }) },
        ...body,
        seats: { ...seats, ...body.seats },
      }),
    }
    const changed = await changeAccount({ accounts, access }, products, wanted, { actor, at: now })
    if (changed.ok) return json(200, shown(changed.value))
    const { error } = changed
    return error.cause === 'account_refused'
      ? refuse('request_refused', { problems: error.problems })
      : refuse(error.cause)
  },

  'DELETE /operator/orgs/{organization}/accounts/{account}': async ({ ids, actor, now }) => {
    const account = { orgId: ids.organization, id: ids.account }
    const removed = await removeAccount(accounts, account, { actor, at: now })
    return removed.ok ? respond(204, {}) : refuse(removed.error)
  },
})

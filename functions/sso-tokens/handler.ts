import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoReceipts } from '#shared/aws/receipt-store.ts'
import { dynamoSsoTokens } from '#shared/aws/sso-token-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import type { ReceiptId } from '#shared/ids.ts'
import { createSsoToken, findSsoToken, listSsoTokens } from '#shared/portals/manage-sso-tokens.ts'
import { contract } from './contract.ts'
import { figuresOutput, receiptOutput, ssoTokenOutput } from './schema.ts'

const DAY_SECONDS = 24 * 3600
const HOUR_MS = 3_600_000

/** Receipts that figures are made of, at most. */
const COUNTED = 5000

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const ssoTokens = dynamoSsoTokens(DIRECTORY_TABLE)
const receipts = dynamoReceipts(DIRECTORY_TABLE)

const ALL = '/orgs/{organization}/sso-tokens'
const ONE = `${ALL}/{ssoToken}`

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  [`GET ${ALL}`]: async ({ orgId, now }) =>
    json(200, { ssoTokens: (await listSsoTokens(ssoTokens, orgId, now)).map(ssoTokenOutput) }),

  [`POST ${ALL}`]: async ({ orgId, body, actor, now }) => {
    const { days, label, product, host, identifiesBy } = body
    const lifetimeSeconds = days === undefined ? undefined : days * DAY_SECONDS
    const asked = { orgId, label, product, host, identifiesBy, lifetimeSeconds }
    const created = await createSsoToken(ssoTokens, asked, { actor, at: now })
    if (!created.ok) return refuse(created.error)
    return json(201, { ...ssoTokenOutput(created.value.token), secret: created.value.text })
  },

  [`GET ${ONE}`]: async ({ orgId, ids, now }) => {
    const token = await findSsoToken(ssoTokens, { orgId, id: ids.ssoToken }, now)
    return token ? json(200, ssoTokenOutput(token)) : refuse('sso_token_unknown')
  },

  [`DELETE ${ONE}`]: async ({ orgId, ids, actor, now }) => {
    const isRemoved = await ssoTokens.remove(orgId, ids.ssoToken, { actor, at: now })
    return isRemoved ? respond(204, {}) : refuse('sso_token_unknown')
  },

  // What became of its login tokens is there to be looked at when it is good for nothing any more.
  [`GET ${ONE}/receipts`]: async ({ orgId, ids, query, nowMs }) => {
    if (!(await ssoTokens.find(orgId, ids.ssoToken))) return refuse('sso_token_unknown')
    const { limit, cursor } = query
    const after = cursor as ReceiptId | undefined // as the contract has read it
    const page = await receipts.page(ids.ssoToken, { nowMs, limit, after })
    return json(200, {
      receipts: page.receipts.map(receiptOutput),
      ...(page.next && { next: cursorOf(page.next) }),
    })
  },

  [`GET ${ONE}/figures`]: async ({ orgId, ids, query, nowMs: toMs }) => {
    if (!(await ssoTokens.find(orgId, ids.ssoToken))) return refuse('sso_token_unknown')
    const time = { fromMs: toMs - query.hours * HOUR_MS, toMs }
    const recent = await receipts.recent(ids.ssoToken, { ...time, most: COUNTED })
    return json(200, figuresOutput(recent, time))
  },
})

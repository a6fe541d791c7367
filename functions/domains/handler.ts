import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoDomains } from '#shared/aws/domain-store.ts'
import { claimDomain } from '#shared/domains/claim-domain.ts'
import { releaseDomain } from '#shared/domains/release-domain.ts'
import { renewClaim } from '#shared/domains/renew-claim.ts'
import { type AdminCall, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json, respond } from '#shared/http/respond.ts'
import { contract } from './contract.ts'
import { answered, refused, shown } from './output.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const admin = adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE)
const store = dynamoDomains(DIRECTORY_TABLE, EPHEMERAL_TABLE)
const stored = { store, calls: admin.calls }

const targetOf = ({ orgId, actor, now, ids }: AdminCall & { ids: { domain: string } }) => ({
  orgId,
  domain: ids.domain,
  act: { actor, at: now },
})

export const handler = adminEndpoint(admin, contract, {
  'GET /orgs/{organization}/domains': async ({ orgId, query, now }) => {
    const { limit, cursor: after } = query
    const { rows, next } = await store.list(orgId, { limit, ...(after && { after }) })
    const domains = rows.map((claim) => shown(claim, now))
    return json(200, { domains, ...(next && { next: cursorOf(next) }) })
  },

  'POST /orgs/{organization}/domains': async ({ orgId, actor, now, body, repeatable }) => {
    const claimed = await claimDomain(store, {
      ...{ orgId, name: body.domain, repeatable },
      act: { actor, at: now },
      answer: (claim) => JSON.stringify(json(201, shown(claim, now))),
    })
    // The answer is one that this function made, now or when the call came first.
    return claimed.ok ? (JSON.parse(claimed.value) as HttpResponse) : refused(claimed.error)
  },

  'GET /orgs/{organization}/domains/{domain}': async ({ orgId, ids, now }) => {
    const claim = await store.find(orgId, ids.domain)
    return claim ? json(200, shown(claim, now)) : refuse('domain_unknown')
  },

  'POST /orgs/{organization}/domains/{domain}/check': async (call) => {
    const { check } = await import('./check.ts') // no other call asks DNS or web servers
    const { method } = call.body
    const methods = method ? [method] : (['dns', 'file'] as const)
    return answered(await check(stored, targetOf(call), methods), call.now)
  },

  'POST /orgs/{organization}/domains/{domain}/renew': async (call) =>
    answered(await renewClaim(store, targetOf(call)), call.now),

  'DELETE /orgs/{organization}/domains/{domain}': async (call) => {
    const { confirm: confirmation, handOver } = call.query
    const asked = { confirmation, handsOver: handOver === 'true' }
    const released = await releaseDomain(store, targetOf(call), asked)
    return released.ok ? respond(204, {}) : refused(released.error)
  },
})

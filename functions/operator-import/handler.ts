import { dynamoOrganizationImports } from '#shared/aws/organization-imports.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { refuse } from '#shared/http/refuse.ts'
import { respond } from '#shared/http/respond.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const organizations = dynamoOrganizationImports(DIRECTORY_TABLE)

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'POST /operator/orgs/{organization}/import': async ({ ids, body, actor, now }) => {
    const act = { orgId: ids.organization, importId: body.import, actor, now }
    const taken = await organizations.take(act, body.items)
    return taken.ok ? respond(204, {}) : refuse(taken.error)
  },

  'POST /operator/orgs/{organization}/import/finish': async ({ ids, body, actor, now }) => {
    const act = { orgId: ids.organization, importId: body.import, actor, now }
    const finished = await organizations.finish(act)
    if (finished.ok) return respond(204, {})
    const { error } = finished
    return typeof error === 'string'
      ? refuse(error)
      : refuse('import_conflicts', { problems: error })
  },
})

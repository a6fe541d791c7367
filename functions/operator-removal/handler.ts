import { dynamoOrganizationRemovals } from '#shared/aws/organization-removals.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const organizations = dynamoOrganizationRemovals(DIRECTORY_TABLE)

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'DELETE /operator/orgs/{organization}': async ({ ids, query, actor, now }) => {
    const step = await organizations.step(ids.organization, query.confirm, { actor, now })
    if (!step.ok) return refuse(step.error)
    return json(200, { removed: step.value.removed, done: step.value.isDone })
  },
})

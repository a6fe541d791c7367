import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { IdpId, OrgId } from '../ids.ts'
import type { Candidate, DiscoveryStore } from '../login/discover.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'

/** Stands at no key: a domain of nobody is looked up as long as one of somebody. */
const NOBODY: OrgId = 'org_-'

type Row = { idpId: IdpId; name: string; state: string; routedDomains?: readonly string[] }

/** Two reads: whose the domain is, and which providers its organization has. */
export const dynamoDiscovery = (directory: string): DiscoveryStore => ({
  async findProviders(domain) {
    const [found] = await readItems([{ table: directory, key: directoryKeys.domain(domain) }])
    const { orgId = NOBODY } = (found ?? {}) as { orgId?: OrgId }
    return activeProviders(directory, orgId)
  },
})

/** The same of an organization that is known. */
export const dynamoActiveProviders =
  (directory: string) =>
  (orgId: OrgId): Promise<readonly Candidate[]> =>
    activeProviders(directory, orgId)

async function activeProviders(directory: string, orgId: OrgId): Promise<readonly Candidate[]> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: directory,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :idp)',
      ExpressionAttributeValues: toItem({ ':pk': `idps#${orgId}`, ':idp': 'idp_' }),
    }),
  )
  return Items.map((item) => fromItem<Row>(item))
    .filter(({ state }) => state === 'active')
    .map(candidateOf)
}

const candidateOf = ({ idpId: id, name, routedDomains }: Row): Candidate => ({
  id,
  name,
  ...(routedDomains && { routedDomains }),
})

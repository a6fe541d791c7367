import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { OrgId, UserId } from '../ids.ts'
import type { Addressee, MailDirectory } from '../mails/ports.ts'
import { administratorOf } from './administrator-store.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'

/** As many as one read has. The rest are found by the others. */
const MOST_ADMINS = 99

/** Who gets mails, as the directory has them now. */
export const dynamoMailDirectory = (directory: string): MailDirectory => ({
  async findByAddress(emailHash) {
    const rows = await rowsOf<{ sk: OrgId; userId: UserId }>(directory, {
      pk: `adminemail#${emailHash}`,
      begins: 'org_',
    })
    return rows.map(({ sk: orgId, userId }) => ({ orgId, userId }))
  },

  async find(orgId, userId) {
    const [[addressee], hasProvider] = await Promise.all([
      people(directory, orgId, [userId]),
      hasActiveProvider(directory, orgId),
    ])
    return addressee && { ...addressee, hasProvider }
  },

  async findAdmins(orgId) {
    const rows = await rowsOf<{ sk: UserId }>(directory, { pk: `admins#${orgId}`, begins: 'usr_' })
    const ids = rows.slice(0, MOST_ADMINS).map(({ sk }) => sk)
    const found = await people(directory, orgId, ids)
    return found
      .filter(({ user }) => user.state === 'active' && user.role === 'admin')
      .map((one) => ({ ...one, hasProvider: false }))
  },
})

/** People who are there, with the name of the organization. */
async function people(
  table: string,
  orgId: OrgId,
  userIds: readonly UserId[],
): Promise<Omit<Addressee, 'hasProvider'>[]> {
  const [organization, ...users] = await readItems([
    { table, key: directoryKeys.organization(orgId) },
    ...userIds.map((userId) => ({ table, key: directoryKeys.user(orgId, userId) })),
  ])
  if (!organization) return []
  const { name } = organization as { name: string }
  return users.flatMap((item) => {
    const user = administratorOf(item)
    return user ? [{ user, organization: name }] : []
  })
}

async function hasActiveProvider(table: string, orgId: OrgId) {
  const rows = await rowsOf<{ state: string }>(table, { pk: `idps#${orgId}`, begins: 'idp_' })
  return rows.some(({ state }) => state === 'active')
}

async function rowsOf<Row>(table: string, { pk, begins }: { pk: string; begins: string }) {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :begins)',
      ExpressionAttributeValues: toItem({ ':pk': pk, ':begins': begins }),
      ConsistentRead: true,
    }),
  )
  return Items.map((item) => fromItem<Row>(item))
}

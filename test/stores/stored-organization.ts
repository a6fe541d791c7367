import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamo } from '#shared/aws/dynamo.ts'
import { fromItem } from '#shared/aws/dynamo-item.ts'
import type { OrgId } from '#shared/ids.ts'
import type { OrganizationItem } from '#shared/orgs/transfer.ts'

/** All that the table holds of an organization, whatever it is, but traces and events. */
export async function itemsOf(orgId: OrgId): Promise<OrganizationItem[]> {
  const [items = []] = await itemsOfEach([orgId])
  return items
}

/** The same of several, by one look at the table: in a whole run it holds what all tests have made. */
export async function itemsOfEach(orgIds: readonly OrgId[]): Promise<OrganizationItem[][]> {
  const items = await scan((text) => orgIds.some((orgId) => text.includes(digitsOf(orgId))))
  return orgIds.map((orgId) =>
    items
      .filter((item) => JSON.stringify(item).includes(digitsOf(orgId)))
      .filter(({ pk }) => !pk.startsWith('trace#'))
      .map(({ evt: _, mail: __, ...item }) => item as OrganizationItem)
      .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1)),
  )
}

const digitsOf = (orgId: OrgId) => orgId.slice(4)

async function scan(isWanted: (text: string) => boolean): Promise<OrganizationItem[]> {
  const found: OrganizationItem[] = []
  let start: Record<string, never> | undefined
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: process.env['DIRECTORY_TABLE'] ?? '',
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    const wanted = (page.Items ?? []).filter((item) => isWanted(JSON.stringify(item)))
    found.push(...wanted.map((item) => fromItem<OrganizationItem>(item)))
    start = page.LastEvaluatedKey as Record<string, never> | undefined
  } while (start)
  return found
}

/** What SCIM directories and portals were asked is deleted, and not exported. */
export const withoutLog = (items: readonly OrganizationItem[]) =>
  items.filter(({ pk }) => !/^(?:scimlog|ssoreceipts)#/.test(pk))

import { ConditionalCheckFailedException, DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import type { OrgId, SsoTokenId } from '../ids.ts'
import type { OrganizationItem, OrganizationRemovals } from '../orgs/transfer.ts'
import { fail, ok } from '../result.ts'
import { SETTLED_SECONDS } from '../scim/warm-callers.ts'
import { productUse } from './account-writes.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { condition, update } from './item-writes.ts'
import { kindOf, rootsOf } from './organization-items.ts'
import { levelsFrom, readPartition } from './organization-walk.ts'
import { transact } from './transact.ts'

/** Rows of a list that are removed at once, with all that they lead to. */
const ROWS = 25
/** Deletions under way at once. */
const PARALLEL = 25
const TOMBSTONE_SECONDS = 30 * 24 * 3600

/**
 * Removals go through the lists of an organization, entrances first, and remove what a row leads to
 * before the row itself: where a call ends or breaks off, the next one finds the rest.
 *
 * @param budgetMs how long a call goes on
 */
export const dynamoOrganizationRemovals = (
  directory: string,
  budgetMs = 5000,
): OrganizationRemovals => ({
  async step(orgId, confirm, act) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.organization(orgId) }])
    const organization = item as OrganizationItem | undefined
    if (!organization || organization['state'] === 'deleted') return fail('organization_unknown')
    if (organization['name'] !== confirm) return fail('organization_confirmation_wrong')
    if (organization['state'] !== 'deleting') await close(directory, orgId, confirm, act)
    const until = performance.now() + budgetMs
    const isSettled = closedAt(organization, act.now) + SETTLED_SECONDS <= act.now
    const [, ...linked] = await levelsFrom(directory, orgId, [organization])
    await removeAll(directory, orgId, linked.flat())
    const { removed, isEmpty } = await sweepAll(directory, orgId, { until, isSettled })
    // What was being written when it was closed may have come to a list that was empty by then.
    const all = removed + linked.flat().length
    const isDone = isEmpty && all === 0
    if (isDone) await bury(directory, organization, act.now)
    return ok({ removed: all, isDone })
  },
})

/** When nothing came to it any more. */
function closedAt({ state, closedAt: at = 0 }: OrganizationItem, now: number): number {
  return state === 'deleting' ? Number(at) : now
}

type Sweep = { until: number; isSettled: boolean }

async function sweepAll(directory: string, orgId: OrgId, { until, isSettled }: Sweep) {
  const { directories, ssotokens, ...roots } = rootsOf(orgId)
  const unlisted = [`breakglass#${orgId}`, `scimlog#${orgId}`, `import#${orgId}`]
  const receipts = isSettled ? await receiptsOf(directory, ssotokens) : []
  let removed = 0
  for (const pk of [
    ...(isSettled ? [directories] : []),
    ...Object.values(roots),
    ...unlisted,
    ...(isSettled ? [...receipts, ssotokens] : []),
  ]) {
    const swept = await sweep(directory, orgId, pk, until)
    removed += swept.removed
    if (!swept.isEmpty) return { removed, isEmpty: false }
  }
  // Only where there was a directory or an SSO token, there can be something under way.
  const left = await Promise.all(
    [directories, ssotokens].map((pk) => readPartition(directory, pk, { limit: 1 })),
  )
  return { removed, isEmpty: left.every(({ items }) => items.length === 0) }
}

/** Partitions that only the SSO tokens of a list lead to. */
async function receiptsOf(directory: string, ssotokens: string): Promise<string[]> {
  const { items } = await readPartition(directory, ssotokens)
  return items.map(({ sk }) => directoryKeys.receipt(sk as SsoTokenId, 'rcp_').pk)
}

type Act = { actor: string; now: number }

/** From here on nothing is written for it, and products hear that it is gone. */
async function close(directory: string, orgId: OrgId, name: string, { actor, now }: Act) {
  const failed = await transact([
    {
      Update: update(directory, {
        key: directoryKeys.organization(orgId),
        set: {
          state: 'deleting',
          closedAt: now,
          evt: evt('latchkey.organization.deleted.v1', now, actor),
        },
        remove: ['importId'],
        condition: '#name = :name AND (attribute_not_exists(#state) OR #state = :importing)',
        values: { name, importing: 'importing' },
        increment: 'rev',
      }),
    },
  ])
  if (failed.length > 0) throw new Error('the organization was changed at the same time')
}

async function sweep(directory: string, orgId: OrgId, pk: string, until: number) {
  let removed = 0
  for (;;) {
    const { items } = await readPartition(directory, pk, { limit: ROWS })
    if (items.length === 0) return { removed, isEmpty: true }
    const isOurs = Object.values(rootsOf(orgId)).some((root) => root === pk)
    const levels = isOurs ? await levelsFrom(directory, orgId, items) : [items]
    for (const level of levels.toReversed()) {
      removed += level.length
      await removeAll(directory, orgId, level)
    }
    if (performance.now() > until) return { removed, isEmpty: false }
  }
}

async function removeAll(directory: string, orgId: OrgId, items: readonly OrganizationItem[]) {
  for (let start = 0; start < items.length; start += PARALLEL) {
    const some = items.slice(start, start + PARALLEL)
    await Promise.all(some.map((item) => remove(directory, orgId, item)))
  }
}

async function remove(directory: string, orgId: OrgId, item: OrganizationItem) {
  const { pk, sk } = item
  if (kindOf(item, orgId)?.isCounted === true) return removeCounted(directory, item)
  const removal = condition(directory, {
    key: { pk, sk },
    condition: 'attribute_not_exists(#orgId) OR #orgId = :orgId',
    values: { orgId },
  })
  try {
    await dynamo.send(new DeleteItemCommand(removal))
  } catch (error) {
    // It has become another organization's meanwhile.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

/** Together with its count, and both once. */
async function removeCounted(directory: string, { pk, sk, product }: OrganizationItem) {
  const Delete = condition(directory, {
    key: { pk, sk },
    condition: 'attribute_exists(#pk)',
    values: {},
  })
  await transact([{ Delete }, productUse(directory, String(product), -1)])
}

/** Its id stays taken for a while, and no event is told again. */
async function bury(directory: string, organization: OrganizationItem, now: number) {
  const { orgId, name, rev } = organization as OrganizationItem & { orgId: OrgId }
  const key = directoryKeys.organization(orgId)
  const { Key: _, ...isDeleting } = condition(directory, {
    key,
    condition: '#state = :deleting',
    values: { deleting: 'deleting' },
  })
  const stone = {
    ...{ ...key, orgId, name, rev, state: 'deleted', deletedAt: now },
    expiresAt: now + TOMBSTONE_SECONDS,
  }
  await transact([
    { Put: { ...isDeleting, Item: toItem(stone) } },
    { Delete: { TableName: directory, Key: toItem(directoryKeys.listedOrganization(orgId)) } },
  ])
}

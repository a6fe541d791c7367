import { createHash } from 'node:crypto'
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { EventType } from '../events/catalogue.ts'
import {
  type ImportAct,
  latestItems,
  type OrganizationImports,
  type OrganizationItem,
} from '../orgs/transfer.ts'
import { fail, ok } from '../result.ts'
import { isoTime } from '../time.ts'
import { productUse } from './account-writes.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { condition, putNew } from './item-writes.ts'
import { finishImport } from './organization-going-live.ts'
import { kindOf } from './organization-items.ts'
import { transact } from './transact.ts'

/** Items of one transaction, beside the condition that the import is under way. */
const BATCH = 90

/**
 * Imports: what only leads on from the organization is put where it belongs, as nobody can come to
 * it. What people, providers and keys come by is put aside until the import is finished.
 */
export const dynamoOrganizationImports = (directory: string): OrganizationImports => ({
  async take(act, page) {
    const items = latestItems(page)
    const kinds = items.map((item) => kindOf(item, act.orgId))
    if (kinds.includes(undefined)) return fail('items_foreign')
    const refusal = await begin(directory, act, items)
    if (refusal) return fail(refusal)
    const lasting = items.filter(
      ({ expiresAt }) => typeof expiresAt !== 'number' || expiresAt > act.now,
    )
    const refused = await putAll(directory, act, lasting)
    return refused ? fail(refused) : ok(undefined)
  },

  finish: (act) => finishImport(directory, act),
})

async function putAll(directory: string, act: ImportAct, items: readonly OrganizationItem[]) {
  const isCounted = (item: OrganizationItem) => kindOf(item, act.orgId)?.isCounted === true
  for (const item of items.filter(isCounted)) await putCounted(directory, act, item)
  const others = items.filter((item) => !isCounted(item))
  for (let start = 0; start < others.length; start += BATCH) {
    const puts = others.slice(start, start + BATCH).map((item) => put(directory, act, item))
    const [failed] = await transact([underWay(directory, act), ...puts])
    if (failed) return failed.index === 0 ? 'organization_exists' : 'items_foreign'
  }
  return undefined
}

/** The id is reserved for this import; undefined: it is. */
async function begin(directory: string, act: ImportAct, items: readonly OrganizationItem[]) {
  const { orgId, importId, now } = act
  const own = items.find((item) => kindOf(item, orgId)?.name === 'organization')
  const placeholder = {
    ...directoryKeys.organization(orgId),
    ...{ orgId, name: own?.['name'], state: 'importing', importId, createdAt: now, rev: 0 },
  }
  const failed = own
    ? await transact([
        {
          Put: {
            ...isFree(directory),
            Item: toItem(placeholder),
          },
        },
      ])
    : await transact([underWay(directory, act)])
  const [found] = failed
  if (!found) return undefined
  const { state, importId: other } = (found.item ?? {}) as { state?: string; importId?: string }
  if (state === 'importing' && other === importId) return undefined
  return found.item ? ('organization_exists' as const) : ('organization_missing' as const)
}

function isFree(directory: string) {
  const { Key: _, ...free } = condition(directory, {
    key: {},
    condition: 'attribute_not_exists(pk) OR #state = :deleted',
    values: { deleted: 'deleted' },
  })
  return free
}

/** The import must be under way; as it is a condition on one item, pages come one after the other. */
const underWay = (directory: string, { orgId, importId }: ImportAct): TransactWriteItem => ({
  ConditionCheck: condition(directory, {
    key: directoryKeys.organization(orgId),
    condition: '#state = :importing AND #importId = :importId',
    values: { importing: 'importing', importId },
  }),
})

function put(directory: string, act: ImportAct, item: OrganizationItem): TransactWriteItem {
  const { orgId } = act
  const kind = kindOf(item, orgId)
  const { evt: _, mail: __, ...state } = item
  const type = kind?.event?.(item)
  const told = { ...state, ...(type && { evt: eventOf(act, item, type) }) }
  if (kind?.isEntrance || kind?.name === 'organization') {
    const sk = JSON.stringify([item.pk, item.sk])
    return {
      Put: { TableName: directory, Item: toItem({ pk: `import#${orgId}`, sk, item: told }) },
    }
  }
  const { Key: _key, ...isOwn } = condition(directory, {
    key: {},
    condition: 'attribute_not_exists(#orgId) OR #orgId = :orgId',
    values: { orgId },
  })
  return { Put: { ...isOwn, Item: toItem(told) } }
}

/** Together with its count, and both once. */
async function putCounted(directory: string, act: ImportAct, item: OrganizationItem) {
  const use = productUse(directory, String(item['product']), 1)
  const failed = await transact([putNew(directory, item), use, underWay(directory, act)])
  if (failed.some(({ index }) => index !== 0)) {
    throw new Error(`a product of the organization was removed, or its import has ended`)
  }
}

/** The same each time the page comes, so that who hears it twice knows. */
function eventOf(
  { importId, actor, now }: ImportAct,
  { pk, sk }: OrganizationItem,
  type: EventType,
) {
  const hash = createHash('sha256')
    .update(JSON.stringify([importId, pk, sk]))
    .digest('hex')
  return { id: `evt_${hash.slice(0, 32)}`, type, at: isoTime(now), actor }
}

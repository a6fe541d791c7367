import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { OrgId } from '../ids.ts'
import type { FinishError, ImportAct, ImportConflict, OrganizationItem } from '../orgs/transfer.ts'
import { fail, ok, type Result } from '../result.ts'
import * as directoryKeys from './directory-keys.ts'
import { type Key, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { condition } from './item-writes.ts'
import { kindOf } from './organization-items.ts'
import { readPartition } from './organization-walk.ts'
import { transact } from './transact.ts'

type Staged = { own: OrganizationItem; entrances: readonly OrganizationItem[] }

/** Items of one transaction, beside its conditions. */
const BATCH = 90

/**
 * Puts what was put aside where it belongs: domains first, which somebody else may have by now, then
 * the providers with the organization itself, then keys and administrators.
 */
export async function finishImport(
  directory: string,
  act: ImportAct,
): Promise<Result<void, FinishError>> {
  const { orgId, importId } = act
  const stored = await readOne(directory, directoryKeys.organization(orgId))
  if (stored?.['importId'] !== importId) return fail('import_unknown')
  const staged = await readStaged(directory, orgId)
  if (stored['state'] === 'importing') {
    if (!staged.own) return fail('import_incomplete')
    const conflicts = await conflictsOf(directory, orgId, staged.entrances)
    if (conflicts.length > 0) return fail(conflicts)
    const failed = await goLive(directory, act, { ...staged, own: staged.own })
    if (failed) return fail(await withdraw(directory, orgId, staged.entrances))
  }
  await putAll(
    directory,
    orgId,
    staged.entrances.filter((item) => !isPublic(item, orgId)),
  )
  await cleanUp(directory, act)
  return ok(undefined)
}

async function readOne(table: string, key: Key): Promise<OrganizationItem | undefined> {
  const [item] = await readItems([{ table, key }])
  return item as OrganizationItem | undefined
}

async function readStaged(directory: string, orgId: OrgId) {
  const { items } = await readPartition(directory, stagedPartition(orgId))
  const all = items.map(({ item }) => item as OrganizationItem)
  const isOwn = (item: OrganizationItem) => kindOf(item, orgId)?.name === 'organization'
  return { own: all.find(isOwn), entrances: all.filter((item) => !isOwn(item)) }
}

const stagedPartition = (orgId: OrgId) => `import#${orgId}`

/** What exists once in the whole deployment, and other organizations can have. */
const isPublic = (item: OrganizationItem, orgId: OrgId) => kindOf(item, orgId)?.isOurs !== true

async function conflictsOf(
  directory: string,
  orgId: OrgId,
  items: readonly OrganizationItem[],
): Promise<ImportConflict[]> {
  const conflicts: ImportConflict[] = []
  for (let start = 0; start < items.length; start += BATCH) {
    const some = items.slice(start, start + BATCH)
    const wanted = some.map(({ pk, sk }) => ({ table: directory, key: { pk, sk } }))
    for (const [index, found] of (await readItems(wanted)).entries()) {
      const item = some[index]
      const other = (found as OrganizationItem | undefined)?.['orgId']
      if (item && other !== undefined && other !== orgId && isNamed(item, orgId)) {
        conflicts.push({ ...nameOf(item, orgId), organization: String(other) })
      }
    }
  }
  return conflicts
}

/** The place of a domain in the schedule is taken by whoever has the domain, which is named. */
const isNamed = (item: OrganizationItem, orgId: OrgId) =>
  kindOf(item, orgId)?.name !== 'domain in the schedule'

/** As people know it. */
function nameOf(item: OrganizationItem, orgId: OrgId): { what: string; name: string } {
  const kind = kindOf(item, orgId)?.name ?? ''
  if (kind === 'domain') return { what: 'domain', name: String(item['domain']) }
  if (kind === 'provider by issuer') return { what: 'entity ID', name: String(item['entityId']) }
  return { what: kind, name: item.sk === 'idp' || item.sk === 'apikey' ? item.pk : item.sk }
}

/** @returns whether something was in the way, so that nothing may stay */
async function goLive(directory: string, act: ImportAct, { own, entrances }: Staged) {
  const { orgId } = act
  const open = entrances.filter((item) => isPublic(item, orgId))
  const isDomain = (item: OrganizationItem) => /^domains?(?:#|$)/.test(item.pk)
  const domains = open.filter(isDomain)
  const providers = open.filter((item) => !isDomain(item))
  const batches = [...chunks(domains), ...chunks(providers)]
  const last = providers.length > 0 ? (batches.pop() ?? []) : []
  for (const batch of batches) {
    const puts = batch.map((item) => putOwn(directory, orgId, item))
    const failed = await transact([underWay(directory, act), ...puts])
    if (failed.length > 0) return true
  }
  const puts = last.map((item) => putOwn(directory, orgId, item))
  const failed = await transact([...ownWrites(directory, act, own), ...puts])
  return failed.length > 0
}

/** The organization is there from now on, with the import's id until all of it is. */
function ownWrites(
  directory: string,
  { orgId, importId, actor, now }: ImportAct,
  own: OrganizationItem,
): TransactWriteItem[] {
  const live = { ...own, importId, evt: evt('latchkey.organization.created.v1', now, actor) }
  const listed = { ...directoryKeys.listedOrganization(orgId), orgId, name: own['name'] }
  const { Key: _, ...isUnderWay } = conditionUnderWay(directory, orgId, importId)
  return [
    { Put: { ...isUnderWay, Item: toItem(live) } },
    { Put: { TableName: directory, Item: toItem(listed) } },
  ]
}

const conditionUnderWay = (directory: string, orgId: OrgId, importId: string) =>
  condition(directory, {
    key: directoryKeys.organization(orgId),
    condition: '#state = :importing AND #importId = :importId',
    values: { importing: 'importing', importId },
  })

const underWay = (directory: string, { orgId, importId }: ImportAct): TransactWriteItem => ({
  ConditionCheck: conditionUnderWay(directory, orgId, importId),
})

/** Nothing of another organization is ever written over. */
function putOwn(directory: string, orgId: OrgId, item: OrganizationItem): TransactWriteItem {
  const { Key: _, ...isOwn } = condition(directory, {
    key: {},
    condition: 'attribute_not_exists(pk) OR attribute_not_exists(#orgId) OR #orgId = :orgId',
    values: { orgId },
  })
  return { Put: { ...isOwn, Item: toItem(item) } }
}

async function putAll(directory: string, orgId: OrgId, items: readonly OrganizationItem[]) {
  for (const batch of chunks(items)) {
    const failed = await transact(batch.map((item) => putOwn(directory, orgId, item)))
    if (failed.length > 0) throw new Error('an id of this organization is in use by another one')
  }
}

/** Takes back what has been put already. @returns what was in the way */
async function withdraw(directory: string, orgId: OrgId, entrances: readonly OrganizationItem[]) {
  for (const batch of chunks(entrances.filter((item) => isPublic(item, orgId)))) {
    for (const { pk, sk } of batch) {
      await transact([
        {
          Delete: condition(directory, {
            key: { pk, sk },
            condition: '#orgId = :orgId',
            values: { orgId },
          }),
        },
      ])
    }
  }
  return conflictsOf(directory, orgId, entrances)
}

async function cleanUp(directory: string, { orgId, importId }: ImportAct) {
  const { items } = await readPartition(directory, stagedPartition(orgId))
  for (const batch of chunks(items)) {
    await transact(
      batch.map(({ pk, sk }) => ({ Delete: { TableName: directory, Key: toItem({ pk, sk }) } })),
    )
  }
  const { ExpressionAttributeNames, ...isOurs } = condition(directory, {
    key: directoryKeys.organization(orgId),
    condition: '#importId = :importId',
    values: { importId },
  })
  const names = { ...ExpressionAttributeNames, '#evt': 'evt' }
  const UpdateExpression = 'REMOVE #importId, #evt'
  await transact([{ Update: { ...isOurs, UpdateExpression, ExpressionAttributeNames: names } }])
}

function chunks(items: readonly OrganizationItem[]): OrganizationItem[][] {
  const count = Math.ceil(items.length / BATCH)
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  )
}

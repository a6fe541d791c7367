import type {
  CreationError,
  DueProvider,
  ListedProvider,
  Owner,
  ProviderRecord,
  ProviderStore,
  ScheduleStore,
} from '../idps/ports.ts'
import type { IdpId, OrgId } from '../ids.ts'
import { fail, ok } from '../result.ts'
import { findAnswer, keepAnswer } from './answered-item.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { identityProviderOf } from './entities.ts'
import { isSameStored, recordOf } from './idp-items.ts'
import { creationWrites, type ProviderWrite, providerWrites, removalWrites } from './idp-writes.ts'
import { condition } from './item-writes.ts'
import { queryDue, queryPage } from './query.ts'
import { transact } from './transact.ts'

/** Providers in the directory; answers of repeatable calls in the ephemeral table. */
export const dynamoProviders = (directory: string, ephemeral: string): ProviderStore => ({
  ...providerChanges(directory),

  async findOwner(orgId) {
    const [organization, catalogue] = await readItems([
      { table: directory, key: directoryKeys.organization(orgId) },
      { table: directory, key: directoryKeys.catalogue() },
    ])
    return ownerOf(organization, new Set(catalogueOf(catalogue).keys()))
  },

  async list(orgId, page) {
    const { items, next } = await queryPage(directory, {
      pk: `idps#${orgId}`,
      prefix: 'idp_',
      ...page,
    })
    return { rows: items.map(listedOf), ...(next !== undefined && { next }) }
  },

  async create(record, { owner, answered, act }) {
    const writes: ProviderWrite<CreationError>[] = [
      ...(answered ? [keepAnswer(ephemeral, answered, act.at)] : []),
      ...(owner ? [unchangedOwner(directory, owner)] : []),
      ...creationWrites(directory, record, act),
    ]
    return write(writes)
  },

  async remove(before, act) {
    const failed = await transact(removalWrites(directory, before, act))
    return failed.length > 0 ? 'changed_meanwhile' : undefined
  },

  findAnswer: (keyHash, now) => findAnswer(ephemeral, keyHash, now),
})

/** What the schedule needs of it. */
export const dynamoSchedule = (directory: string): ScheduleStore => ({
  ...providerChanges(directory),

  async listDue(now) {
    const rows = await queryDue<StoredDue>(directory, 'idps', now)
    return rows.map(({ idpId: id, orgId, dueAt }) => ({ id, orgId, dueAt }))
  },
})

const providerChanges = (
  directory: string,
): Pick<ProviderStore, 'find' | 'findRemoved' | 'change'> => ({
  async find(orgId, idpId) {
    const [idp, management] = await readItems([
      { table: directory, key: directoryKeys.idp(idpId) },
      { table: directory, key: directoryKeys.management(idpId) },
    ])
    const record = recordOf(idp, management)
    return record?.idp.orgId === orgId && record.idp.state !== 'removed' ? record : undefined
  },

  async findRemoved(orgId, idpId) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.idp(idpId) }])
    const idp = identityProviderOf(item)
    return idp?.orgId === orgId && idp.state === 'removed' ? idp : undefined
  },

  async change(before, { event, notice, ...after }, act) {
    const isManaged = notice || !isSameStored(before.management, after.management)
    const revisions = {
      idp: before.revisions.idp + (event ? 1 : 0),
      management: before.revisions.management + (isManaged ? 1 : 0),
    }
    const next: ProviderRecord = { ...before, ...after, revisions }
    const told = { ...(event && { event }), ...(notice && { notice }), act }
    const error = await write(providerWrites(directory, before, next, told))
    return error ? fail(error) : ok(next)
  },
})

/** Writes all or nothing; of several conditions that failed, the first in the list explains it. */
async function write<Failure extends string>(writes: readonly ProviderWrite<Failure>[]) {
  const [failed] = await transact(writes.map((one) => one.write))
  return failed && writes[failed.index]?.failure
}

function unchangedOwner(
  directory: string,
  { id, revision }: Owner,
): ProviderWrite<'changed_meanwhile'> {
  const ConditionCheck = condition(directory, {
    key: directoryKeys.organization(id),
    condition: '#rev = :revision',
    values: { revision },
  })
  return { write: { ConditionCheck }, failure: 'changed_meanwhile' }
}

type StoredOwner = {
  orgId: OrgId
  name: string
  defaultProduct: string
  domains?: readonly string[]
  rev: number
}

function ownerOf(item: object | undefined, products: ReadonlySet<string>): Owner | undefined {
  if (!item) return undefined
  const { orgId: id, name, defaultProduct, domains = [], rev } = item as StoredOwner
  return { id, name, defaultProduct, domains, revision: rev, products }
}

type StoredRow = Omit<ListedProvider, 'id'> & { idpId: IdpId }

function listedOf(item: object): ListedProvider {
  const { idpId, name, state, kind, entityId } = item as StoredRow
  return { id: idpId, name, state, ...(kind && { kind }), entityId }
}

type StoredDue = Omit<DueProvider, 'id'> & { idpId: IdpId }

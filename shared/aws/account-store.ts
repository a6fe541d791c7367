import type { AccountId, OrgId } from '../ids.ts'
import type { SeatCount } from '../products/access.ts'
import type { AccountStore, CountedSeats } from '../products/account-ports.ts'
import { changeWrites, creationWrites, removalWrites } from './account-writes.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { queryAll } from './query.ts'
import { accountOf } from './seat-items.ts'
import { transact } from './transact.ts'

/** Customer accounts in the directory. */
export const dynamoAccounts = (directory: string): AccountStore => ({
  async find(orgId, id) {
    return accountOf(await read(directory, orgId, id))
  },

  async findCreated(orgId, id) {
    const item = await read(directory, orgId, id)
    const account = accountOf(item)
    const { callHash } = (item ?? {}) as { callHash?: string }
    return account && { account, ...(callHash !== undefined && { callHash }) }
  },

  async list(orgId) {
    const { pk } = directoryKeys.accountCount(orgId)
    const items = await queryAll(directory, { pk, prefix: 'acc_' })
    return items.flatMap((item) => accountOf(item) ?? [])
  },

  async listCounts(orgId) {
    const { pk } = directoryKeys.seats(orgId, 'acc_', '')
    return (await queryAll(directory, { pk })).map(countOf)
  },

  async create(created, act) {
    const writes = creationWrites(directory, created, act)
    const [failed] = await transact(writes.map(({ write }) => write))
    return failed && writes[failed.index]?.failure
  },

  async change(before, settings, act) {
    const writes = changeWrites(directory, before, settings, act)
    const [failed] = await transact(writes.map(({ write }) => write))
    return failed && writes[failed.index]?.failure
  },

  async remove(account, act) {
    const writes = removalWrites(directory, account, act)
    const [failed] = await transact(writes.map(({ write }) => write))
    return failed && writes[failed.index]?.failure
  },
})

async function read(directory: string, orgId: OrgId, id: AccountId) {
  const [item] = await readItems([{ table: directory, key: directoryKeys.account(orgId, id) }])
  return item
}

function countOf(item: object): CountedSeats {
  const {
    accountId: account,
    product,
    seats,
    used,
    waiting,
  } = item as SeatCount & {
    accountId: AccountId
    product: string
  }
  return { account, product, seats, used, waiting }
}

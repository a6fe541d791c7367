import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { DomainStore, DueDomain, RecheckStore } from '../domains/ports.ts'
import type { DomainClaim } from '../domains/types.ts'
import { fail, ok } from '../result.ts'
import { findAnswer, keepAnswer } from './answered-item.ts'
import { claimOf, claimOfAttributes, claimsOf } from './claim-items.ts'
import * as directoryKeys from './directory-keys.ts'
import { findDependants } from './domain-people.ts'
import {
  claimWrite,
  creationWrites,
  gainWrites,
  loseWrites,
  releaseWrites,
} from './domain-writes.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { condition, update } from './item-writes.ts'
import { writeAll, writeOwned } from './owner-writes.ts'
import { queryDue } from './query.ts'

/** Claims in the directory; answers of repeatable calls in the ephemeral table. */
export const dynamoDomains = (directory: string, ephemeral: string): DomainStore => ({
  ...claimChanges(directory),

  async list(orgId, { after, limit }) {
    const rows: DomainClaim[] = []
    let from = after === undefined ? undefined : toItem({ pk: claimsOf(orgId), sk: after })
    do {
      const page = await dynamo.send(
        new QueryCommand({
          TableName: directory,
          KeyConditionExpression: 'pk = :pk',
          FilterExpression: 'attribute_exists(#domain)',
          ExpressionAttributeNames: { '#domain': 'domain' },
          ExpressionAttributeValues: toItem({ ':pk': claimsOf(orgId) }),
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      )
      rows.push(...(page.Items ?? []).flatMap((item) => claimOfAttributes(item) ?? []))
      from = page.LastEvaluatedKey
    } while (from && rows.length <= limit)
    const shown = rows.slice(0, limit)
    const next = rows.length > limit ? shown.at(-1)?.domain : undefined
    return { rows: shown, ...(next !== undefined && { next }) }
  },

  claim(claim, { answered, act }) {
    return writeAll([
      ...(answered ? [keepAnswer(ephemeral, answered, act.at)] : []),
      ...creationWrites(directory, claim, act),
    ])
  },

  release(before, act) {
    const writes = releaseWrites(directory, before, act)
    if (before.state !== 'verified') return writeAll(writes)
    return writeOwned(directory, before.orgId, (owned) => [
      ...writes,
      ...loseWrites(directory, before, owned),
    ])
  },

  findDependants: (orgId, domain) => findDependants(directory, orgId, domain),
  findAnswer: (keyHash, now) => findAnswer(ephemeral, keyHash, now),
})

/** What the daily look at proved domains needs. */
export const dynamoRechecks = (directory: string): RecheckStore => ({
  ...claimChanges(directory),

  listDue: (now) => queryDue<DueDomain>(directory, 'domains', now),

  async postpone(due, dueAt) {
    const change = update(directory, { ...sameDate(due), set: { dueAt } })
    await sent(new UpdateItemCommand(change))
  },

  async unschedule(due) {
    await sent(new DeleteItemCommand(condition(directory, sameDate(due))))
  },
})

/** The row as it was read: whoever has proved the domain since has another one. */
const sameDate = ({ domain, orgId, dueAt }: DueDomain) => ({
  key: directoryKeys.scheduledDomain(domain),
  condition: '#orgId = :orgId AND #dueAt = :dueAt',
  values: { orgId, dueAt },
})

/** Writes where the condition holds. */
async function sent(command: UpdateItemCommand | DeleteItemCommand) {
  try {
    await dynamo.send(command)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

const claimChanges = (directory: string): Pick<DomainStore, 'find' | 'change'> => ({
  async find(orgId, domain) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.claim(orgId, domain) }])
    return claimOf(item)
  },

  async change(before, change, act) {
    const { claim } = change
    const write = claimWrite(directory, before, change, act)
    const error = await writeOwning(directory, before, { claim, write })
    return error ? fail(error) : ok({ ...claim, rev: before.rev + 1 })
  },
})

type Changing = { claim: DomainClaim; write: ReturnType<typeof claimWrite> }

/** With the claim, who owns the domain changes where its state says so. */
function writeOwning(directory: string, before: DomainClaim, { claim, write }: Changing) {
  const [wasOwner, isOwner] = [before, claim].map(({ state }) => state === 'verified')
  if (wasOwner === isOwner) return writeAll([write])
  return writeOwned(directory, claim.orgId, (owned) => [
    write,
    ...(isOwner ? gainWrites(directory, claim, owned) : loseWrites(directory, claim, owned)),
  ])
}

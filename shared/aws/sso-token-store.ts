import type { SsoTokenId } from '../ids.ts'
import type { SsoTokenStore } from '../portals/manage-sso-tokens.ts'
import type { SsoToken } from '../portals/types.ts'
import { nextLookAt } from '../portals/watch.ts'
import type { Act } from '../users/ports.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, unguarded, writeAll } from './guarded-write.ts'
import { condition, putNew, remove, update } from './item-writes.ts'
import { recordOf } from './organization-store.ts'
import { queryAll } from './query.ts'
import { REMEMBERED_SECONDS, ssoTokenItem, ssoTokenOf } from './sso-token-item.ts'
import { transact } from './transact.ts'

const anyId: SsoTokenId = 'sso_'

/** SSO tokens, and their places in the schedule, which come and go with them. */
export const dynamoSsoTokens = (table: string): SsoTokenStore => ({
  async list(orgId) {
    const items = await queryAll(table, { pk: directoryKeys.ssoToken(orgId, anyId).pk })
    return items.flatMap((item) => ssoTokenOf(item) ?? [])
  },

  async find(orgId, id) {
    const [item] = await readItems([{ table, key: directoryKeys.ssoToken(orgId, id) }])
    return ssoTokenOf(item)
  },

  async findChoice(orgId) {
    const keys = [directoryKeys.organization(orgId), directoryKeys.catalogue()]
    const [stored, catalogue] = await readItems(keys.map((key) => ({ table, key })))
    const record = recordOf(stored)
    if (!record) return undefined
    return { organization: record.organization, products: new Set(catalogueOf(catalogue).keys()) }
  },

  create: (token, act) => writeAll(creationWrites(table, token, act)),

  async remove(orgId, id, { actor, at }) {
    const Update = update(table, {
      key: directoryKeys.ssoToken(orgId, id),
      set: {
        removedAt: at,
        expiresAt: at + REMEMBERED_SECONDS,
        evt: evt('latchkey.sso-token.removed.v1', at, actor),
      },
      remove: ['secretHash'],
      condition:
        'attribute_exists(#ssoTokenId) AND attribute_not_exists(#removedAt) AND ' +
        '(attribute_not_exists(#endsAt) OR #endsAt > :now)',
      values: { now: at },
    })
    const failed = await transact([{ Update }, remove(table, directoryKeys.scheduledSsoToken(id))])
    return failed.length === 0
  },
})

/** The organization must be there, and neither coming nor going. */
function creationWrites(
  table: string,
  token: SsoToken,
  { actor, at }: Act,
): GuardedWrite<'organization_unknown'>[] {
  const { id, orgId, expiresAt } = token
  const isLive = condition(table, {
    key: directoryKeys.organization(orgId),
    condition: 'attribute_exists(#pk) AND attribute_not_exists(#state)',
    values: {},
  })
  const item = { ...ssoTokenItem(token), evt: evt('latchkey.sso-token.created.v1', at, actor) }
  const row = { ssoTokenId: id, orgId, dueAt: nextLookAt(at), expiresAt }
  return [
    { write: { ConditionCheck: isLive }, onFailure: () => 'organization_unknown' },
    unguarded(putNew(table, item)),
    unguarded(putNew(table, { ...directoryKeys.scheduledSsoToken(id), ...row })),
  ]
}

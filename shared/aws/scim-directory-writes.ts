import type { EventType } from '../events/catalogue.ts'
import type { OrgId } from '../ids.ts'
import { MAX_DIRECTORIES } from '../scim/directories/create-directory.ts'
import type { DirectoryCreationError, LiveTokens } from '../scim/directories/ports.ts'
import type { Directory } from '../scim/types.ts'
import type { Act } from '../users/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, orChangedMeanwhile } from './guarded-write.ts'
import { condition, count, guarded, putNew, update } from './item-writes.ts'
import { mail } from './mail-attribute.ts'
import { directoryItem } from './scim-directory-item.ts'
import { scimKeys } from './scim-keys.ts'
import { revocationWrites } from './scim-token-writes.ts'

/** How long the tombstone of a removed directory stays, for its event, in seconds. */
const KEPT_SECONDS = 30 * 24 * 3600

/** All that comes to exist with a directory; of what fails, the first says why. */
export const creationWrites = (
  table: string,
  { callHash, ...directory }: Directory & { callHash: string | undefined },
  { actor, at }: Act,
): GuardedWrite<DirectoryCreationError>[] => [
  { write: isLive(table, directory.orgId), onFailure: () => 'organization_unknown' },
  {
    write: putNew(table, {
      ...directoryItem(directory),
      callHash,
      evt: evt('latchkey.directory.created.v1', at, actor),
    }),
    onFailure: () => 'directory_exists',
  },
  {
    write: counted(table, directory.orgId, 1),
    onFailure: () => 'too_many_directories',
  },
]

/** From one state of a directory to the next. */
export function changeWrite(
  table: string,
  before: Directory,
  { name, state, paused, guard }: Directory,
  { actor, at }: Act,
): GuardedWrite<'changed_meanwhile'> {
  const isPausedByGuard = before.state === 'active' && paused?.cause === 'guard'
  const Update = update(table, {
    ...asItWas(before),
    set: {
      ...{ name, state, paused, guard },
      evt: evt(eventOf(before.state, state), at, actor),
      ...(isPausedByGuard && { mail: mail('directory-paused', at) }),
    },
    remove: paused ? [] : ['paused'],
    increment: 'rev',
  })
  return orChangedMeanwhile({ Update })
}

/** All that goes with a directory; what is left of its item keeps the event. */
export function removalWrites(
  table: string,
  directory: Directory,
  live: LiveTokens,
  act: Act,
): GuardedWrite<'changed_meanwhile'>[] {
  const { id, orgId, name, revision } = directory
  const stone = {
    ...scimKeys.directory(id),
    ...{ directoryId: id, orgId, name, rev: revision + 1, removedAt: act.at },
    expiresAt: act.at + KEPT_SECONDS,
    evt: evt('latchkey.directory.removed.v1', act.at, act.actor),
  }
  return [
    orChangedMeanwhile(guarded(table, stone, asItWas(directory))),
    orChangedMeanwhile(counted(table, orgId, -1)),
    orChangedMeanwhile({ Delete: condition(table, asLive(directory, live)) }),
    ...live.tokens.flatMap((token) => revocationWrites(table, { ...token, directoryId: id }, act)),
  ]
}

function eventOf(from: Directory['state'], to: Directory['state']): EventType {
  if (from === to) return 'latchkey.directory.updated.v1'
  return to === 'paused' ? 'latchkey.directory.paused.v1' : 'latchkey.directory.resumed.v1'
}

const asItWas = ({ id, revision }: Directory) => ({
  key: scimKeys.directory(id),
  condition: '#rev = :revision AND attribute_not_exists(#removedAt)',
  values: { revision },
})

const asLive = ({ id }: Directory, { revision }: LiveTokens) => ({
  key: scimKeys.liveTokens(id),
  ...(revision === undefined
    ? { condition: 'attribute_not_exists(#pk)', values: {} }
    : { condition: '#rev = :revision', values: { revision } }),
})

const counted = (table: string, orgId: OrgId, by: 1 | -1) =>
  count(table, { key: scimKeys.directoryCount(orgId), by, most: MAX_DIRECTORIES })

/** The organization must be there, and neither coming nor going. */
const isLive = (table: string, orgId: OrgId) => ({
  ConditionCheck: condition(table, {
    key: directoryKeys.organization(orgId),
    condition: 'attribute_exists(#pk) AND attribute_not_exists(#state)',
    values: {},
  }),
})

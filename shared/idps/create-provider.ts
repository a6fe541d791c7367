import { type IdpId, newIdpId, type OrgId } from '../ids.ts'
import type { FetchDocument } from '../net/ports.ts'
import { ok, type Result } from '../result.ts'
import { keptSource } from './connections.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import { guessKind } from './guess-kind.ts'
import type { SourceInput } from './management.ts'
import type { MetadataDocument } from './metadata-document.ts'
import type { Act, Answered, Owner, ProviderRecord, ProviderStore } from './ports.ts'
import { readSource } from './read-source.ts'
import { settingProblems } from './settings.ts'
import type { ProviderSettings } from './types.ts'

type Store = Pick<ProviderStore, 'findOwner' | 'create' | 'findAnswer' | 'findRemoved'>

export type CreationPorts = {
  store: Store
  fetchDocument: FetchDocument
}

/** Only the name must be given. */
export type NewSettings = Pick<ProviderSettings, 'name'> & Partial<ProviderSettings>

export type Creation = {
  orgId: OrgId
  source: SourceInput
  settings: NewSettings
  /** A removed provider of the same entity ID whose people are this one's (R11). */
  succeeds?: IdpId
  /** Our address now. */
  publicUrl: string
  act: Act
  /** Makes the answer that is kept. */
  answer: (record: ProviderRecord) => string
  /** Names the call, where it may come again with the same meaning. */
  repeatable?: { keyHash: string; callHash: string }
}

const ANSWER_SECONDS = 24 * 3600

/**
 * Makes a provider that nobody can sign in by yet: an admin activates it. A call that comes again
 * gets the first one's answer; another call under its name is refused (`key_reused`).
 */
export async function createProvider(
  ports: CreationPorts,
  creation: Creation,
): Promise<Result<string, ProviderRefusal>> {
  const { store, fetchDocument } = ports
  const answered = await earlierAnswer(store, creation)
  if (answered) return answered
  let read: ReturnType<typeof readSource> | undefined
  const readOnce = () => {
    read ??= readSource(creation.source, fetchDocument, creation.act.at)
    return read
  }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const created = await createFrom(store, creation, readOnce)
    if (created !== 'changed_meanwhile') return created
  }
  throw new Error('the domains of the organization change all the time')
}

/** A claim that is proved or released while a provider is made: there are not many of them. */
const MAX_ATTEMPTS = 4

/** `changed_meanwhile`: the organization is not any more as it was read. */
async function createFrom(
  store: Store,
  creation: Creation,
  readOnce: () => ReturnType<typeof readSource>,
): Promise<Result<string, ProviderRefusal> | 'changed_meanwhile'> {
  const owner = await store.findOwner(creation.orgId)
  if (!owner) return refused('organization_unknown')
  const read = await readOnce()
  const settings = withDefaults(creation.settings, owner)
  const problems = settingProblems(settings, owner)
  if (!read.ok) return refused('source_refused', [...read.error, ...problems])
  if (problems.length > 0) return refused('settings_refused', problems)
  const kind = settings.kind ?? kindOf(read.value)
  const predecessors = await predecessorsOf(store, creation, read.value)
  if (!predecessors.ok) return predecessors
  const described = { ...settings, ...read.value.connection, kind, ...predecessors.value }
  const record = newRecord(creation, owner, described)
  const answer = creation.answer(record)
  const kept = toKeep(creation, answer)
  const { act } = creation
  const error = await store.create(record, { owner, ...(kept && { answered: kept }), act })
  if (error === undefined) return ok(answer)
  if (error === 'changed_meanwhile') return error
  if (error !== 'already_answered') return refused(error)
  const earlier = await earlierAnswer(store, creation)
  if (!earlier) throw new Error('an answer that was kept this moment is not there')
  return earlier
}

async function earlierAnswer(store: Store, { repeatable, act }: Creation) {
  const answered = repeatable && (await store.findAnswer(repeatable.keyHash, act.at))
  if (!answered) return undefined
  return answered.callHash === repeatable.callHash ? ok(answered.answer) : refused('key_reused')
}

const toKeep = ({ repeatable, act }: Creation, answer: string): Answered | undefined =>
  repeatable && { ...repeatable, answer, expiresAt: act.at + ANSWER_SECONDS }

const withDefaults = (settings: NewSettings, { defaultProduct }: Owner): ProviderSettings => ({
  identifiers: 'shared',
  allowsUnsolicited: true,
  clockSkewSeconds: 120,
  defaultProduct,
  attributeNames: {},
  ...settings,
})

const kindOf = ({ connection: { entityId, singleSignOn } }: MetadataDocument) =>
  guessKind(entityId, [singleSignOn.url])

/** As many removals as people outlive without signing in. */
const MAX_PREDECESSORS = 5

/** It is the same provider to an admin: it must be the same to SAML. */
async function predecessorsOf(
  store: Store,
  { orgId, succeeds }: Creation,
  { connection }: MetadataDocument,
): Promise<Result<Succession, ProviderRefusal>> {
  if (succeeds === undefined) return ok({})
  const removed = await store.findRemoved(orgId, succeeds)
  if (removed?.entityId !== connection.entityId) return refused('predecessor_unknown')
  const predecessors = [succeeds, ...(removed.predecessors ?? [])].slice(0, MAX_PREDECESSORS)
  return ok({ predecessors })
}

type Succession = Pick<ProviderRecord['idp'], 'predecessors'>

type Described = ProviderSettings & MetadataDocument['connection'] & Succession

function newRecord(
  { orgId, source, publicUrl, act }: Creation,
  { domains }: Owner,
  described: Described,
): ProviderRecord {
  return {
    idp: {
      ...described,
      id: newIdpId(),
      orgId,
      state: 'inactive',
      verifiedDomains: domains,
      knownAs: { publicUrl, identifiers: described.identifiers },
    },
    management: {
      source: keptSource(source),
      ...(source.kind === 'url' && { refreshedAt: act.at }),
    },
    createdAt: act.at,
    revisions: { idp: 1, management: 1 },
  }
}

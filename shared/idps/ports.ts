import type { IdpId, OrgId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import type { Result } from '../result.ts'
import type { Management } from './management.ts'
import type { IdentityProvider, ProviderKind } from './types.ts'

/** A provider as it is stored, with the revisions that a change of it has to name. */
export type ProviderRecord = {
  idp: IdentityProvider
  management: Management
  /** Epoch seconds. */
  createdAt: number
  /** Counts of changes: of what sign-ins see, and of the rest. */
  revisions: { idp: number; management: number }
}

/** Who changes something, and when (epoch seconds). */
export type Act = { actor: string; at: number }

/** What a provider takes over from its organization. */
export type Owner = Organization & {
  /** The domains that it has proved. */
  domains: readonly string[]
  revision: number
  /** Keys of the vendor's products. */
  products: ReadonlySet<string>
}

/** What happened to a provider, as its event says it. */
export type ProviderEvent = 'created' | 'updated' | 'activated' | 'deactivated'

/** What should be known although it changes no sign-in. */
export type Notice =
  | { what: 'metadata-parked'; differences: readonly object[] }
  | { what: 'certificate-expiring'; warnings: readonly object[] }

/** One change, written whole or not at all. */
export type ProviderChange = {
  idp: IdentityProvider
  management: Management
  /** Where the provider itself differs; without it only the rest is written. */
  event?: Exclude<ProviderEvent, 'created'>
  notice?: Notice
}

/** `changed_meanwhile`: it is not any more as it was read. */
type ChangeError = 'changed_meanwhile' | 'entity_id_taken'

/**
 * `already_answered`: the same call came before; see what it was answered. `changed_meanwhile`: the
 * organization is not any more as it was read.
 */
export type CreationError = ChangeError | 'too_many_providers' | 'already_answered'

/** The answer of a call that may come again (Idempotency-Key). */
export type Answered = {
  /** Of the API key, the route and the name that the caller gave the call. */
  keyHash: string
  /** Of the call that it answers. */
  callHash: string
  answer: string
  /** Epoch seconds. */
  expiresAt: number
}

/** A row of an organization's list. */
export type ListedProvider = {
  id: IdpId
  name: string
  state: IdentityProvider['state']
  kind?: ProviderKind
  entityId: string
}

type Page<Row> = { rows: readonly Row[]; next?: string }

/** Most providers of one organization. */
export const MAX_PROVIDERS = 20

export type ProviderStore = {
  findOwner(orgId: OrgId): Promise<Owner | undefined>
  /** Undefined also for one that was removed, and for another organization's. */
  find(orgId: OrgId, idpId: IdpId): Promise<ProviderRecord | undefined>
  list(orgId: OrgId, paging: { after?: string; limit: number }): Promise<Page<ListedProvider>>
  /** @param owner as it was read: copies of what belongs to it must not be older than it */
  create(
    record: ProviderRecord,
    details: { owner?: Owner; answered?: Answered; act: Act },
  ): Promise<CreationError | undefined>
  /** Answers the record as it is then. */
  change(
    before: ProviderRecord,
    change: ProviderChange,
    act: Act,
  ): Promise<Result<ProviderRecord, ChangeError>>
  /** Leaves a tombstone for 30 days. The entity ID is free at once. */
  remove(before: ProviderRecord, act: Act): Promise<'changed_meanwhile' | undefined>
  /** A removed provider, as long as it is remembered. */
  findRemoved(orgId: OrgId, idpId: IdpId): Promise<IdentityProvider | undefined>
  findAnswer(keyHash: string, now: number): Promise<Answered | undefined>
}

/** A provider whose metadata or certificates should be looked at. */
export type DueProvider = { id: IdpId; orgId: OrgId; dueAt: number }

export type ScheduleStore = Pick<ProviderStore, 'find' | 'change'> & {
  /** Of all organizations, the longest due first. */
  listDue(now: number): Promise<readonly DueProvider[]>
}

import type { DirectoryId, IdpId, OrgId, UserId } from '../ids.ts'
import type { Access } from './access.ts'
import type { Act } from './account-ports.ts'
import type { Attributes, Rule, RuleSet } from './rules.ts'

export type Person = { orgId: OrgId; userId: UserId }

/** Groups that a provider last said somebody is in. */
export type KeptGroups = {
  idpId: IdpId
  names: readonly string[]
  digest: string
  /** Epoch seconds, by the provider's clock: when it said so. */
  at: number
}

/** Groups that a SCIM directory has somebody in, directly or by other groups: all their names. */
export type DirectoryGroups = { directoryId: DirectoryId; names: readonly string[] }

/** A person as rules see them. */
export type PersonState = Person & {
  state: string
  /** Of providers that are there, and of directories. */
  groups: readonly (KeptGroups | DirectoryGroups)[]
  accesses: readonly Access[]
  /** As products are told them. */
  attributes: Attributes
}

export type RuleStore = {
  /** Strongly consistent. */
  find(orgId: OrgId): Promise<RuleSet>
  /** Replaces all rules, if they are still of that revision. */
  save(
    orgId: OrgId,
    { rules, before }: { rules: readonly Rule[]; before: number },
    act: Act,
  ): Promise<'changed_meanwhile' | undefined>
}

export type PeopleStore = {
  /** Providers of an organization that are there: what others asserted once does not count. */
  findProviders(orgId: OrgId): Promise<ReadonlySet<IdpId>>
  /** Strongly consistent; undefined: nobody, or deleted. */
  find(person: Person, providers: ReadonlySet<IdpId>): Promise<PersonState | undefined>
  /** People of an organization, in the order of their addresses. */
  list(
    orgId: OrgId,
    page: { after?: string | undefined; limit: number },
  ): Promise<{ people: readonly { userId: UserId; place: string }[]; next?: string }>
  saveAttributes(person: Person, attributes: Attributes): Promise<void>
}

/** What sign-ins keep of groups. */
export type GroupStore = {
  /** Keeps groups, unless later ones of the same provider are kept already. */
  saveGroups(person: Person, groups: KeptGroups): Promise<void>
  /**
   * Notes at what somebody is known by that all has been done that rules of this revision decide for
   * these groups; not if other groups are kept meanwhile.
   */
  markApplied(
    person: Person & { subjectKey: string },
    applied: Omit<KeptGroups, 'names'> & { rulesRev: number },
  ): Promise<'changed_meanwhile' | undefined>
}

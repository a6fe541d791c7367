import type { OrgId } from '../ids.ts'
import type { Result } from '../result.ts'

/** An item of an organization as it is stored and exported (docs/storage.md). */
export type OrganizationItem = { pk: string; sk: string } & Record<string, unknown>

/**
 * Each item once, as it was read last: lists lead to the same ones, as an administrator is in that of
 * administrators and in that of addresses.
 */
export const latestItems = (items: readonly OrganizationItem[]): OrganizationItem[] => [
  ...new Map(items.map((item) => [JSON.stringify([item.pk, item.sk]), item])).values(),
]

/** Version of what an export holds: another one is not read. */
export const EXPORT_VERSION = 1

/** Some of an organization's items, each once, and where the others begin. They may have it again. */
export type ExportPage = { items: readonly OrganizationItem[]; next?: string }

/** What an import needs and another organization has. */
export type ImportConflict = { what: string; name: string; organization: string }

/** Lists that lead to all of an organization, those that somebody outside comes by first. */
export const organizationLists = [
  'idps',
  'apikeys',
  'setuplinks',
  'directories',
  'ssotokens',
  'domains',
  'admins',
  'invitations',
  'accounts',
  'seats',
  'rules',
  'deleted',
  'email',
  'username',
  'name',
  'scim-users',
  'scim-groups',
] as const

export type OrganizationList = (typeof organizationLists)[number]

/** A place names a list, and the row in it that the page before ended with. */
export const isExportPlace = (text: string) =>
  organizationLists.some((name) => text.startsWith(`${name}:`))

export type OrganizationExports = {
  /**
   * All that lasts of an organization, in pages: not its traces, not what its SCIM directories were
   * asked, nothing that runs out by itself within hours, no event. What changes meanwhile may be in it or not.
   *
   * @param place what the page before answered as next
   * @returns undefined where there is no such organization
   */
  page(orgId: OrgId, place: string | undefined, now: number): Promise<ExportPage | undefined>
}

/** Times are epoch seconds. */
export type ImportAct = { orgId: OrgId; importId: string; actor: string; now: number }

/**
 * `items_foreign`: some are not of this organization, or of no kind that an export has.
 * `organization_missing`: the first page must hold the organization itself.
 */
export type ImportError = 'organization_exists' | 'organization_missing' | 'items_foreign'
export type FinishError = 'import_unknown' | 'import_incomplete' | readonly ImportConflict[]

export type OrganizationImports = {
  /**
   * Takes a page. The same page may come again; nobody can reach what it holds yet. Of what comes
   * twice, in a page or on two, the later one counts.
   */
  take(act: ImportAct, items: readonly OrganizationItem[]): Promise<Result<void, ImportError>>
  /** Makes the organization live. May be called again where it was interrupted. */
  finish(act: ImportAct): Promise<Result<void, FinishError>>
}

type RemovalStep = { removed: number; isDone: boolean }
export type RemovalError = 'organization_unknown' | 'organization_confirmation_wrong'

export type OrganizationRemovals = {
  /**
   * Removes an organization, a bounded part of it a call. The first call refuses all that comes from
   * outside: sign-ins, API keys, administrators' sessions, discovery, provisioning. A request to
   * provision somebody may be under way for some seconds then, so the end is not before they are over.
   *
   * @param confirm its name
   */
  step(
    orgId: OrgId,
    confirm: string,
    act: { actor: string; now: number },
  ): Promise<Result<RemovalStep, RemovalError>>
}

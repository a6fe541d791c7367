import type { EventType } from '../events/catalogue.ts'
import type { OrgId } from '../ids.ts'
import type { OrganizationItem } from '../orgs/transfer.ts'
import type { Key } from './dynamo.ts'

/** Items and whole partitions that an item leads to. */
export type Links = { items?: readonly Key[]; partitions?: readonly string[] }

/** A kind of items that have an organization's keys (docs/storage.md). */
export type ItemKind = {
  name: string
  /**
   * `{org}` is the organization's id, `{digits}` what is its own of it, `{dir}` the id of a directory
   * of it; `*`, at the end, anything.
   */
  pk: string
  sk: string
  links?: (item: OrganizationItem, orgId: OrgId) => Links
  /** Whether somebody outside comes to the organization by it: it goes first and comes last. */
  isEntrance?: true
  /** Whether no other organization can have it, as its id was made for this one. */
  isOurs?: true
  /** Whether it counts as a use of its product, which is not removed while it is used. */
  isCounted?: true
  /** What an import of it tells. */
  event?: (item: OrganizationItem) => EventType | undefined
}

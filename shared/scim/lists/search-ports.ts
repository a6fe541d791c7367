import type { DirectoryId } from '../../ids.ts'
import type { Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import type { ScimError } from '../errors.ts'
import type { Filter } from '../filter/types.ts'
import type { Lists, Place } from '../ports.ts'
import type { Document } from '../types.ts'

/** Where pages of a list ended, for an hour: the next one begins there. */
export type Bookmarks = {
  /** The place after so many rows. */
  find(directory: DirectoryId, list: string, rows: number): Promise<Place | undefined>
  keep(directory: DirectoryId, list: string, mark: Bookmark): Promise<void>
}

/** Times are epoch milliseconds. */
type Bookmark = { rows: number; place: Place; nowMs: number }

/** What of a resource lists need to know. */
export type Listed = { id: string; createdMs: number; document: Document }

/** What reads the resources of one type. */
export type SearchReads<Resource extends Listed> = {
  type: ResourceType
  lists: Lists<Resource['id'], Resource>
  bookmarks: Bookmarks
}

/** What a search needs to come to its end. */
export type SearchPorts<Resource extends Listed> = SearchReads<Resource> & {
  /** The resources rendered, each with all that the filter asks for. */
  seen(
    resources: readonly Resource[],
    filter: Filter,
  ): Promise<Result<readonly object[], ScimError>>
  /** In bytes: what an answer shows of a resource beside its document. */
  sizeOf?(resource: Resource): number
  /** Epoch milliseconds. */
  now: () => number
  /** Epoch milliseconds: no longer than that it looks through all resources. */
  endMs?: number
}

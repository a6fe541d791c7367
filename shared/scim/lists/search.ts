import type { DirectoryId } from '../../ids.ts'
import { ok, type Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import type { Directory } from '../types.ts'
import { finishFiltered, type StartedFilter, startFiltered } from './filtered.ts'
import type { ListQuery } from './list-query.ts'
import type { ListPage } from './list-response.ts'
import type { Listed, SearchPorts, SearchReads } from './search-ports.ts'
import { finishWalk, type StartedWalk, startWalk } from './walk.ts'

/** What has been read before anybody knew who asks. */
export type StartedSearch<Id> = { query: ListQuery } & (
  | { filtered: StartedFilter<Id>; walk?: never }
  | { walk: StartedWalk<Id>; filtered?: never }
)

/**
 * Begins a search: by what keys of the filter lead to, or by the rows of a page. It reads few thin
 * rows only, as the caller is not known yet.
 */
export async function startSearch<Resource extends Listed>(
  reads: SearchReads<Resource>,
  directory: DirectoryId,
  query: ListQuery,
): Promise<Result<StartedSearch<Resource['id']>, ScimError>> {
  if (query.filter === undefined) {
    return ok({ query, walk: await startWalk(reads, directory, query) })
  }
  const filter = parseFilter(reads.type, query.filter)
  if (!filter.ok) return filter
  const filtered = await startFiltered(reads, directory, filter.value)
  return filtered.ok ? ok({ query, filtered: filtered.value }) : filtered
}

/** Answers the page, for a caller who may see it. */
export const finishSearch = <Resource extends Listed>(
  ports: SearchPorts<Resource>,
  directory: Directory,
  { query, filtered, walk }: StartedSearch<Resource['id']>,
): Promise<Result<ListPage<Resource>, ScimError>> =>
  filtered
    ? finishFiltered(ports, directory, query, filtered)
    : finishWalk(ports, directory, query, walk)

import { ok, type Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import type { ScimCall } from '../calls.ts'
import { readProjection } from '../documents/projection.ts'
import type { ScimError } from '../errors.ts'
import type { Filter } from '../filter/types.ts'
import {
  finishFiltered,
  SEARCH_LIMITS,
  type StartedFilter,
  startFiltered,
} from '../lists/filtered.ts'
import type { ListParameters, ListQuery } from '../lists/list-query.ts'
import type { Listed } from '../lists/search-ports.ts'
import type { Pages, Source } from '../lists/source.ts'
import { finishWalk, startWalk } from '../lists/walk.ts'
import type { Directory } from '../types.ts'

/** Resources as they are answered, and how many match. */
type Found = { total: number; resources: readonly object[] }

/** Answers a page by index, once it is known who asks. */
export type BegunSearch = (
  directory: Directory,
  query: ListQuery,
) => Promise<Result<Found, ScimError>>

/** The part that one type has in a search over several. */
export type TypeSearch = {
  type: ResourceType
  /** @param filter as narrowed() has it */
  begin(
    call: ScimCall,
    parameters: ListParameters,
    filter: Filter | boolean,
  ): Promise<Result<BegunSearch, ScimError>>
}

/** All types together look through resources no longer than one alone may. */
export const typeSearch = <Resource extends Listed>({
  type,
  pagesFor,
}: Source<Resource>): TypeSearch => ({
  type,
  async begin(call, parameters, filter) {
    const projection = readProjection(type, parameters)
    if (!projection.ok) return projection
    if (filter === false) return ok(() => Promise.resolve(ok({ total: 0, resources: [] })))
    const pages = pagesFor(call, projection.value)
    if (filter === true) return ok((...asked) => answer(pages, undefined, ...asked))
    const started = await startFiltered(pages.by, call.directory, filter)
    if (!started.ok) return started
    await pages.begin?.(started.value)
    const by = { ...pages.by, endMs: call.nowMs + SEARCH_LIMITS.milliseconds }
    return ok((...asked) => answer({ ...pages, by }, started.value, ...asked))
  },
})

async function answer<Resource extends Listed>(
  { by, show }: Pages<Resource>,
  filtered: StartedFilter<Resource['id']> | undefined,
  ...[directory, query]: Parameters<BegunSearch>
): Promise<Result<Found, ScimError>> {
  const page = filtered
    ? await finishFiltered(by, directory, query, filtered)
    : await finishWalk(by, directory, query, await startWalk(by, directory.id, query))
  if (!page.ok) return page
  const resources = await show(page.value.resources)
  return resources.ok ? ok({ total: page.value.total, resources: resources.value }) : resources
}

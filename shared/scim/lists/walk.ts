import type { DirectoryId } from '../../ids.ts'
import { ok, type Result } from '../../result.ts'
import { toSeconds } from '../../time.ts'
import type { ScimError } from '../errors.ts'
import type { Place, Rows } from '../ports.ts'
import type { Directory } from '../types.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { ListQuery } from './list-query.ts'
import type { ListPage } from './list-response.ts'
import { fitting } from './page-size.ts'
import type { Listed, SearchPorts, SearchReads } from './search-ports.ts'

/** Without rows: where the page begins has still to be found. */
export type StartedWalk<Id> = { total: number; rows?: Rows<Id> }

/**
 * Begins a page of the whole list, where its place is known: the first one, or one that begins where
 * another one has ended.
 */
export async function startWalk<Resource extends Listed>(
  { type, lists, bookmarks }: SearchReads<Resource>,
  directory: DirectoryId,
  { count, from }: ListQuery,
): Promise<StartedWalk<Resource['id']>> {
  const read = async () => {
    if (count === 0) return undefined
    const skipped = from.by === 'index' ? from.startIndex - 1 : 0
    if (from.by === 'cursor' && from.cursor !== '') return undefined
    if (skipped === 0) return lists.page(directory, { limit: count })
    const after = await bookmarks.find(directory, type.name, skipped)
    return after === undefined ? undefined : lists.page(directory, { after, limit: count })
  }
  const [total, rows] = await Promise.all([lists.count(directory), read()])
  return { total, ...(rows && { rows }) }
}

/**
 * The page with its resources. By index its end is remembered, so that the next page begins there,
 * whoever has been deleted meanwhile; a jump to somewhere else counts the rows before.
 */
export async function finishWalk<Resource extends Listed>(
  ports: SearchPorts<Resource>,
  directory: Directory,
  query: ListQuery,
  started: StartedWalk<Resource['id']>,
): Promise<Result<ListPage<Resource>, ScimError>> {
  const { total } = started
  const { count, from } = query
  const numbered = from.by === 'index' && { startIndex: from.startIndex }
  if (count === 0) return ok({ total, resources: [], ...numbered })
  const found = started.rows ? ok(started.rows) : await findRows(ports, directory, query, total)
  if (!found.ok) return found
  const { rows } = found.value
  const [resources] = await Promise.all([
    ports.lists.findAll(
      directory.id,
      rows.map(({ id }) => id),
    ),
    keepEnd(ports, directory.id, query, found.value),
  ])
  const shown = fitting(ports, resources)
  if (shown.length === resources.length) {
    return ok({ total, resources, ...numbered, ...nextOf(ports, directory, query, found.value) })
  }
  const last = shown.at(-1)?.id
  const cut = { rows: rows.slice(0, rows.findIndex(({ id }) => id === last) + 1), hasMore: true }
  await keepEnd(ports, directory.id, query, cut)
  return ok({ total, resources: shown, ...numbered, ...nextOf(ports, directory, query, cut) })
}

const none = { rows: [], hasMore: false }

/** The rows of a page that nobody has walked to, or that a cursor names. */
async function findRows<Resource extends Listed>(
  { type, lists, now }: SearchPorts<Resource>,
  directory: Directory,
  { count: limit, from, filter }: ListQuery,
  total: number,
): Promise<Result<Rows<Resource['id']>, ScimError>> {
  if (from.by === 'cursor') {
    const scope = { directory, list: type.name, filter }
    const after = readCursor(scope, from.cursor, toSeconds(now()))
    return after.ok ? ok(await lists.page(directory.id, { after: after.value, limit })) : after
  }
  if (from.startIndex > total) return ok(none) // without counting them all once more
  const after = await lists.skip(directory.id, from.startIndex - 1)
  if (after === undefined) return ok(none)
  return ok(await lists.page(directory.id, { after, limit }))
}

async function keepEnd<Resource extends Listed>(
  { type, bookmarks, now }: SearchPorts<Resource>,
  directory: DirectoryId,
  { from }: ListQuery,
  { rows, hasMore }: Rows<Resource['id']>,
) {
  const place = endOf({ rows, hasMore })
  if (from.by === 'cursor' || place === undefined) return
  const mark = { rows: from.startIndex - 1 + rows.length, place, nowMs: now() }
  await bookmarks.keep(directory, type.name, mark)
}

function nextOf<Resource extends Listed>(
  { type, now }: SearchPorts<Resource>,
  directory: Directory,
  { from, filter }: ListQuery,
  page: Rows<Resource['id']>,
) {
  const place = endOf(page)
  if (from.by === 'index' || place === undefined) return {}
  const scope = { directory, list: type.name, filter }
  return { nextCursor: writeCursor(scope, place, toSeconds(now())) }
}

/** Where the next page begins, if there is one. */
const endOf = ({ rows, hasMore }: Rows<string>): Place | undefined =>
  hasMore ? rows.at(-1)?.place : undefined

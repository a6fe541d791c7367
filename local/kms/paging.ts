import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'

type Page<Item> = { readonly items: readonly Item[]; readonly nextMarker: string | undefined }

/**
 * One page of a list in the order of `nameOf`. The marker holds the last name given, so a listing
 * stays right while items come and go.
 */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { limit, marker }: { limit: number; marker: string | undefined },
): Answer<Page<Item>> {
  const after = marker === undefined ? '' : readMarker(marker)
  if (after === undefined) return refuse('InvalidMarkerException')
  const rest = items
    .filter((item) => nameOf(item) > after)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const hasMore = last !== undefined && rest.length > limit
  return ok({ items: page, nextMarker: hasMore ? markerAfter(nameOf(last)) : undefined })
}

const markerAfter = (name: string) => Buffer.from(`after:${name}`).toString('base64url')

function readMarker(marker: string): string | undefined {
  const text = Buffer.from(marker, 'base64url').toString()
  return text.startsWith('after:') ? text.slice('after:'.length) : undefined
}

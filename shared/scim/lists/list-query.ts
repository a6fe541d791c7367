import { fail, ok, type Result } from '../../result.ts'
import { invalidCount, invalidSyntax, invalidValue, type ScimError, shown } from '../errors.ts'

/** Resources of a page that does not say how many it wants, and at most. */
export const PAGE_SIZES = { usual: 100, most: 200 } as const

/** Which resources, and which page of them. */
export type ListQuery = {
  /** As the request has it; absent: all. */
  filter?: string
  /** At most so many; 0: only how many there are. */
  count: number
  /** An empty cursor is that of the first page. */
  from: { by: 'index'; startIndex: number } | { by: 'cursor'; cursor: string }
}

/** What a list or search is asked by, on the URL or in a body. */
export type ListParameters = {
  filter?: string
  startIndex?: string
  count?: string
  cursor?: string
  attributes?: string
  excludedAttributes?: string
}

const names = [
  'filter',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
] as const

/** The parameters of a GET; of one that comes twice, the first. */
export function urlParameters(query: URLSearchParams): ListParameters {
  const given = names.map((name) => [name, query.get(name)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== null))
}

/**
 * The same out of a SearchRequest (RFC 7644 §3.4.3), whose numbers are numbers and lists lists. Names
 * are taken in any letter case.
 */
export function searchParameters(body: unknown): Result<ListParameters, ScimError> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return fail(invalidSyntax('A search is an object'))
  }
  const given = new Map<string, unknown>(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const parameters: ListParameters = {}
  for (const name of names) {
    const value = given.get(name.toLowerCase())
    if (value === undefined || value === null) continue
    const text = textOf(value)
    if (text === undefined) return fail(invalidValue(`${name} has no such value`))
    parameters[name] = text
  }
  return ok(parameters)
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string')
  return isList ? value.join(',') : undefined
}

/**
 * Reads which page is asked for: a startIndex below 1 is 1, a negative count 0, a high one the most
 * that there is. A cursor asks for at least one.
 *
 * Source: RFC 7644 §3.4.2.4; RFC 9865 §2.
 */
export function readListQuery(parameters: ListParameters): Result<ListQuery, ScimError> {
  const { filter, cursor, startIndex = '1', count = String(PAGE_SIZES.usual) } = parameters
  const wanted = integerOf(count)
  if (wanted === undefined) return fail(invalidCount(`count is no number: ${shown(count)}`))
  const most = Math.min(Math.max(wanted, 0), PAGE_SIZES.most)
  const rest = { count: most, ...(filter !== undefined && { filter }) }
  if (cursor === undefined) {
    const first = integerOf(startIndex)
    if (first === undefined) {
      return fail(invalidValue(`startIndex is no number: ${shown(startIndex)}`))
    }
    return ok({ ...rest, from: { by: 'index', startIndex: Math.max(first, 1) } })
  }
  if (parameters.startIndex !== undefined) {
    return fail(invalidValue('A page is asked for by startIndex or by cursor, not by both'))
  }
  if (most === 0) return fail(invalidCount('count is at least 1 where pages have cursors'))
  return ok({ ...rest, from: { by: 'cursor', cursor } })
}

/** So many digits as no list has resources. */
const integerOf = (text: string) => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined)

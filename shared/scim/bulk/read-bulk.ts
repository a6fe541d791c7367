import { fail, ok, type Result } from '../../result.ts'
import { schemasFault } from '../documents/schemas-fault.ts'
import { invalidSyntax, type ScimError, shown, tooLarge } from '../errors.ts'

export const MAX_OPERATIONS = 100
const MAX_BULK_ID = 256

export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation, understood as far as it can be before those that it refers to are done. */
export type BulkOperation = {
  method: BulkMethod
  type: 'User' | 'Group'
  /** An id, or `bulkId:…`; absent of POST. */
  target?: string
  bulkId?: string
  /** As If-Match would have it. */
  version?: string
  data?: unknown
}

/** An operation that can never be done; the others can. Its texts are cut where they are long. */
export type BrokenOperation = {
  method: string
  bulkId?: string
  /** With what it was to be done, where that can be told. */
  type?: BulkOperation['type']
  target?: string
  error: ScimError
}

export type BulkRequest = {
  /** After so many errors nothing more is tried; undefined: all are tried. */
  failOnErrors?: number
  operations: readonly (BulkOperation | BrokenOperation)[]
}

export const isBroken = (one: BulkOperation | BrokenOperation): one is BrokenOperation =>
  'error' in one

/**
 * Reads the body of a bulk request: what is wrong with one operation is that one's error, what is
 * wrong with the whole is the request's. Names of properties are taken in any letter case.
 *
 * Source: RFC 7644 §3.7.
 */
export function readBulk(body: unknown): Result<BulkRequest, ScimError> {
  if (!isObject(body)) return fail(invalidSyntax('a bulk request is an object'))
  const { schemas, operations, failonerrors } = fieldsOf(body)
  const fault = schemasFault(schemas)
  if (fault) return fail(fault)
  if (!Array.isArray(operations)) return fail(invalidSyntax('Operations must be a list'))
  if (operations.length > MAX_OPERATIONS) {
    return fail(tooLarge(`A bulk request has ${MAX_OPERATIONS} operations at most`))
  }
  const limit = readFailOnErrors(failonerrors)
  if (!limit.ok) return limit
  const read = operations.map(readOperation)
  const twice = firstRepeated(read.flatMap(({ bulkId }) => bulkId ?? []))
  if (twice !== undefined) return fail(invalidSyntax('two operations have the same bulkId'))
  return ok({
    ...(limit.value !== undefined && { failOnErrors: limit.value }),
    operations: read,
  })
}

function readFailOnErrors(given: unknown): Result<number | undefined, ScimError> {
  if (given === undefined || given === null) return ok(undefined)
  const isCount = typeof given === 'number' && Number.isInteger(given) && given >= 1
  return isCount ? ok(given) : fail(invalidSyntax('failOnErrors must be a whole number from 1 on'))
}

function readOperation(given: unknown): BulkOperation | BrokenOperation {
  if (!isObject(given)) return broken({ method: '' }, 'an operation is an object')
  const { method: rawMethod, path, bulkid, version, data } = fieldsOf(given)
  const method = typeof rawMethod === 'string' ? rawMethod.toUpperCase() : ''
  const bulkId = typeof bulkid === 'string' && bulkid !== '' ? bulkid : undefined
  const target = readPath(path, method === 'POST')
  const named = { method, ...(bulkId !== undefined && { bulkId }), ...target }
  const problem = problemOf({ method, bulkId, version, data })
  if (problem) return broken(named, problem)
  if (!target) return broken(named, 'path must be /Users, /Groups, or one of theirs')
  return {
    ...named,
    ...target,
    method: method as BulkMethod, // as problemOf() has found
    ...(typeof version === 'string' && version !== '' && { version }),
    ...(data !== undefined && { data }),
  }
}

const methods: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE']

type Fields = { method: string; bulkId: string | undefined; version: unknown; data: unknown }

function problemOf({ method, bulkId, version, data }: Fields): string | undefined {
  if (!methods.includes(method)) return 'method must be POST, PUT, PATCH or DELETE'
  if (method === 'POST' && bulkId === undefined) return 'POST must have a bulkId'
  if (bulkId !== undefined && bulkId.length > MAX_BULK_ID) return 'bulkId is too long'
  if (version !== undefined && version !== null && typeof version !== 'string') {
    return 'version must be a text'
  }
  return method === 'DELETE' || isObject(data) ? undefined : 'data must be an object'
}

function broken(named: Omit<BrokenOperation, 'error'>, detail: string): BrokenOperation {
  const { method, bulkId } = named
  const isLong = bulkId !== undefined && bulkId.length > MAX_BULK_ID
  return {
    ...named,
    method: shown(method),
    ...(isLong && { bulkId: shown(bulkId) }),
    error: invalidSyntax(detail),
  }
}

/** `/Users`, `/Users/usr_…`, `/Groups/bulkId:…`; with or without the first slash. */
function readPath(path: unknown, isCreate: boolean) {
  // Half a character is in no address, and cannot be put into one.
  if (typeof path !== 'string' || path.length > 1024 || !path.isWellFormed()) return undefined
  const [, kind = '', target] = /^\/?(Users|Groups)(?:\/([^/?#]+))?$/i.exec(path) ?? []
  if (kind === '' || isCreate !== (target === undefined)) return undefined
  const type = kind.toLowerCase() === 'users' ? ('User' as const) : ('Group' as const)
  return { type, ...(target !== undefined && { target }) }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Own properties by their names in lower case. */
const fieldsOf = (given: object): Record<string, unknown> =>
  Object.assign(
    Object.create(null) as Record<string, unknown>,
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])),
  )

function firstRepeated(texts: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return texts.find((text) => seen.size === seen.add(text).size)
}

import * as v from 'valibot'
import type { SettingProblem } from '../idps/errors.ts'
import { fail, ok, type Result } from '../result.ts'
import { refuse } from './refuse.ts'
import { type HttpRequest, onlyValue } from './request.ts'
import type { HttpResponse } from './respond.ts'

const JSON_TYPES = ['application/json', 'application/merge-patch+json']

/** Reads a JSON body by its schema, or answers what is wrong with it, field by field. */
export function readBody<const Schema extends v.GenericSchema>(
  { contentType, body }: HttpRequest,
  schema: Schema,
): Result<v.InferOutput<Schema>, HttpResponse> {
  if (!JSON_TYPES.includes(contentType)) return fail(refuse('unsupported_type'))
  const value = parse(body)
  if (value === undefined) return fail(refuse('body_malformed'))
  if (Array.isArray(value)) return fail(unprocessable([list])) // valibot takes it for an object
  const read = readValue(value, schema)
  return read.ok ? read : fail(unprocessable(read.error))
}

/** Reads a query by its schema; a parameter that is repeated is one too many. */
export function readQuery<const Schema extends v.GenericSchema>(
  { query }: HttpRequest,
  schema: Schema,
): Result<v.InferOutput<Schema>, HttpResponse> {
  const names = [...new Set(query.keys())]
  const values = names.map((name) => [name, onlyValue(query, name) ?? query.getAll(name)])
  const read = readValue(Object.fromEntries(values), schema)
  return read.ok ? read : fail(unprocessable(read.error))
}

/** The same for a value that was read already. */
export function readValue<const Schema extends v.GenericSchema>(
  value: unknown,
  schema: Schema,
): Result<v.InferOutput<Schema>, readonly SettingProblem[]> {
  const parsed = v.safeParse(schema, value)
  return parsed.success ? ok(parsed.output) : fail(parsed.issues.slice(0, MAX_SHOWN).map(problemOf))
}

/** Problems that an answer tells of. */
const MAX_SHOWN = 50
/** Characters of a value that an answer repeats. */
const MAX_GOT = 100

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

function problemOf(issue: v.BaseIssue<unknown>): SettingProblem {
  const field = fieldOf(issue)
  if (issue.type === 'strict_object' && issue.path) {
    const isUnknown = issue.expected === 'never'
    return { field, cause: isUnknown ? 'unknown_property' : 'missing' }
  }
  const got = issue.received.slice(0, MAX_GOT)
  return { field, cause: 'malformed', got, want: wantOf(issue) }
}

/** For example `string`, `>=1` or `integer`; a check of our own says it in our words. */
const wantOf = ({ type, expected, message }: v.BaseIssue<unknown>) =>
  type === 'custom' ? message : (expected ?? type)

/** For example `source.certificates[1]`; empty: the body itself. */
const fieldOf = ({ path }: v.BaseIssue<unknown>) =>
  [...(path ?? [])]
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key).slice(0, MAX_GOT)}`))
    .join('')
    .replace(/^\./, '')

const list: SettingProblem = { field: '', cause: 'malformed', got: 'Array', want: 'Object' }

const unprocessable = (problems: readonly SettingProblem[]) =>
  refuse('request_refused', { problems })

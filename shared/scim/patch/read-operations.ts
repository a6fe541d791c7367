import { fail, ok, type Result } from '../../result.ts'
import { findAttribute, type ResourceType } from '../attributes.ts'
import { isObject } from '../documents/json.ts'
import { isWritten } from '../documents/read-value.ts'
import { schemasFault } from '../documents/schemas-fault.ts'
import { listed, unlisted } from '../documents/tolerance.ts'
import {
  invalidPath,
  invalidSyntax,
  invalidValue,
  mutability,
  noTarget,
  type ScimError,
  shown,
} from '../errors.ts'
import { parsePath } from '../filter/parse-path.ts'
import type { PatchPath } from '../filter/types.ts'

/** One change of one attribute. */
export type Operation = {
  op: 'add' | 'remove' | 'replace'
  path: PatchPath
  /** undefined: it has none, which only `remove` may. */
  value: unknown
}

/** Each goes through a list of a thousand values at worst. */
const MAX_OPERATIONS = 1000

const tooManyOperations = {
  status: 413,
  detail: `A PATCH can have ${MAX_OPERATIONS} operations at most`,
} as const satisfies ScimError

type Reading = Result<readonly Operation[], ScimError>

/**
 * Reads the body of a PATCH, in order. An operation without path becomes one for each attribute that
 * its value names; what changes nothing that clients may say is left out.
 *
 * Source: RFC 7644 §3.5.2. Names in any case, no operations at all: Entra ID's validator.
 */
export function readOperations(type: ResourceType, body: unknown): Reading {
  if (!isObject(body)) return fail(invalidSyntax('The body must be a JSON object'))
  const fault = schemasFault(member(body, 'schemas'))
  if (fault) return fail(fault)
  const given = member(body, 'Operations')
  if (typeof given !== 'object' || given === null) {
    return fail(invalidSyntax('Operations must be a list'))
  }
  const operations: Operation[] = []
  for (const one of listed(given)) {
    const read = readOperation(type, one)
    if (!read.ok) return read
    operations.push(...read.value)
    if (operations.length > MAX_OPERATIONS) return fail(tooManyOperations)
  }
  return ok(operations)
}

function readOperation(type: ResourceType, raw: unknown): Reading {
  if (!isObject(raw)) return fail(invalidSyntax('An operation must be an object'))
  const op = readOp(member(raw, 'op'))
  if (!op) return fail(invalidSyntax('op must be add, remove or replace'))
  const path = member(raw, 'path') ?? ''
  if (typeof path !== 'string') return fail(invalidPath('path must be a string'))
  const value = member(raw, 'value')
  if (op !== 'remove' && value === undefined) return fail(invalidValue(`${op} needs a value`))
  if (path.trim() !== '') return withPath(type, path, { op, value })
  // RFC 7644 §3.5.2.2
  return op === 'remove' ? fail(noTarget('remove needs a path')) : withoutPath(type, op, value)
}

/** Entra ID sends `Add`, `Replace` and `Remove`. */
function readOp(raw: unknown): Operation['op'] | undefined {
  const op = typeof raw === 'string' ? raw.toLowerCase() : undefined
  return op === 'add' || op === 'remove' || op === 'replace' ? op : undefined
}

function withPath(type: ResourceType, text: string, rest: Omit<Operation, 'path'>): Reading {
  const path = parsePath(type, text)
  if (!path.ok) return path
  switch (whoseIs(path.value)) {
    case 'ours':
      return fail(mutability(`${shown(text)} is read-only`))
    case 'nobodys':
      return ok([])
    default:
      return ok([{ ...rest, path: path.value }])
  }
}

/**
 * Keys of the value are names, dotted, behind URNs, with filters: Entra ID sends whatever stands in
 * its attribute mapping. Okta sends the `id` along, which is ignored like what no schema knows.
 */
function withoutPath(type: ResourceType, op: Operation['op'], raw: unknown): Reading {
  const value = unlisted(raw)
  if (!isObject(value)) return fail(invalidValue('value must be an object where there is no path'))
  const operations: Operation[] = []
  for (const [name, given] of Object.entries(value)) {
    const path = parsePath(type, name)
    if (path.ok && whoseIs(path.value) === 'theirs') {
      operations.push({ op, path: path.value, value: given })
    }
    // The attribute is known, and what it is set to would be lost.
    if (!path.ok && isFiltered(type, name)) return path
  }
  return ok(operations)
}

const isFiltered = (type: ResourceType, name: string) =>
  name.includes('[') && findAttribute(type, name.slice(0, name.indexOf('['))) !== undefined

/** Who says what a path leads to: clients, we, or nobody (passwords; schemas follow by themselves). */
function whoseIs({ ref, sub }: PatchPath): 'theirs' | 'ours' | 'nobodys' {
  const attributes = [ref.parent, ref.attribute, sub].filter((one) => one !== undefined)
  if (attributes.some(({ mutability }) => mutability === 'readOnly')) return 'ours'
  return ref.attribute.name !== 'schemas' && attributes.every(isWritten) ? 'theirs' : 'nobodys'
}

/** A member of a message by its name in any case. */
function member(message: { readonly [name: string]: unknown }, name: string): unknown {
  if (Object.hasOwn(message, name)) return message[name]
  const wanted = name.toLowerCase()
  const found = Object.keys(message).find((key) => key.toLowerCase() === wanted)
  return found === undefined ? undefined : message[found]
}

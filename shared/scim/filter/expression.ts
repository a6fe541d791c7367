import type { AttributeRef } from '../attributes.ts'
import { shown } from '../errors.ts'
import { comparison } from './comparison.ts'
import { expected, type Reader, refuse, take, takeMark, takeWord } from './reader.ts'
import { type Scope, valueScope } from './scope.ts'
import type { Filter } from './types.ts'

const MAX_DEPTH = 50

/**
 * A filter up to what cannot belong to it, or undefined and the reader has the error: `and` binds
 * tighter than `or`.
 *
 * Source: RFC 7644 §3.4.2.2 with errata 4670 (precedence) and 7319 (`not (`).
 */
export const expression = (reader: Reader, scope: Scope): Filter | undefined =>
  joined(reader, 'or', () => joined(reader, 'and', () => term(reader, scope)))

function joined(
  reader: Reader,
  kind: 'and' | 'or',
  part: () => Filter | undefined,
): Filter | undefined {
  const of: Filter[] = []
  do {
    const next = part()
    if (!next) return undefined
    of.push(next)
  } while (takeWord(reader, kind))
  return of.length === 1 ? of[0] : { kind, of }
}

function term(reader: Reader, scope: Scope): Filter | undefined {
  if (takeMark(reader, '(')) return enclosed(reader, scope, ')')
  const name = take(reader, 'word')
  if (name === undefined) return expected(reader, 'an attribute, "not" or "("')
  if (name.toLowerCase() === 'not' && takeMark(reader, '(')) {
    const of = enclosed(reader, scope, ')')
    return of && { kind: 'not', of }
  }
  const ref = resolve(reader, scope, name)
  if (!ref) return undefined
  return takeMark(reader, '[') ? valuePath(reader, ref) : comparison(reader, ref)
}

/** What stands between brackets, the first of which is behind us. */
function enclosed(reader: Reader, scope: Scope, close: ')' | ']'): Filter | undefined {
  reader.depth += 1
  if (reader.depth > MAX_DEPTH) return refuse(reader, `It is nested deeper than ${MAX_DEPTH}.`)
  const filter = expression(reader, scope)
  reader.depth -= 1
  if (!filter || takeMark(reader, close)) return filter
  return expected(reader, `"and", "or" or "${close}"`)
}

/** The attribute of that name. */
export function resolve(reader: Reader, scope: Scope, name: string): AttributeRef | undefined {
  return scope(name) ?? refuse(reader, `No such attribute: ${shown(name)}`)
}

/** The filter in the brackets behind a complex attribute, the first of which is behind us. */
export function valueFilter(reader: Reader, { attribute }: AttributeRef): Filter | undefined {
  if (attribute.type === 'complex') return enclosed(reader, valueScope(attribute), ']')
  return refuse(reader, `${attribute.name} has no sub-attributes.`)
}

/** `emails[…]`, and `emails[…].value eq "x"`: all of it of one and the same value. */
function valuePath(reader: Reader, ref: AttributeRef): Filter | undefined {
  const where = valueFilter(reader, ref)
  const name = where && take(reader, 'sub')
  if (!where || name === undefined) return where && { kind: 'some', ref, where }
  const sub = resolve(reader, valueScope(ref.attribute), name)
  const compared = sub && comparison(reader, sub)
  // `eq null`: no such value has anything there.
  if (compared?.kind === 'not') return { kind: 'not', of: both(ref, where, compared.of) }
  return compared && both(ref, where, compared)
}

const both = (ref: AttributeRef, where: Filter, last: Filter): Filter => {
  return { kind: 'some', ref, where: { kind: 'and', of: [where, last] } }
}

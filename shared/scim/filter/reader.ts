import type { ResourceType } from '../attributes.ts'
import { type ScimError, shown } from '../errors.ts'
import { type Token, tokensOf } from './tokens.ts'

const MAX_LENGTH = 8192

/** A text that is being read. */
export type Reader = {
  readonly type: ResourceType
  /** invalidFilter or invalidPath. */
  readonly bad: (detail: string) => ScimError
  tokens: readonly Token[]
  at: number
  depth: number
  comparisons: number
  error: ScimError | undefined
}

/** Begins to read a text of up to 8,192 characters. */
export function readerOf(type: ResourceType, text: string, bad: Reader['bad']): Reader {
  const start = { tokens: [], at: 0, depth: 0, comparisons: 0, error: undefined }
  const reader: Reader = { type, bad, ...start }
  if (text.length > MAX_LENGTH) {
    refuse(reader, `It is longer than ${MAX_LENGTH} characters.`)
    return reader
  }
  const tokens = tokensOf(text)
  if (tokens.ok) reader.tokens = tokens.value
  else refuse(reader, `It cannot be read from this character on: ${tokens.error}`)
  return reader
}

/** Keeps the first error, and gives what there is of a filter then. */
export function refuse(reader: Reader, detail: string): undefined {
  reader.error ??= reader.bad(detail)
}

/** Refuses what stands where something else should. */
export function expected(reader: Reader, what: string): undefined {
  const { kind, text } = peek(reader)
  return refuse(reader, `Expected ${what}, found ${kind === 'end' ? 'its end' : shown(text)}.`)
}

const END: Token = { kind: 'end', text: '' }

/** The next token, which stays the next. */
export const peek = (reader: Reader) => reader.tokens[reader.at] ?? END

/** The text of the next token if it is of that kind, and goes on behind it. */
export function take(reader: Reader, kind: Token['kind']): string | undefined {
  const token = peek(reader)
  if (token.kind !== kind) return undefined
  reader.at += 1
  return token.text
}

/** Whether the next token is that bracket, and goes on behind it. */
export const takeMark = (reader: Reader, mark: string) =>
  peek(reader).text === mark && take(reader, 'mark') !== undefined

/** Whether the next token is that word in any letter case, and goes on behind it. */
export const takeWord = (reader: Reader, word: string) =>
  peek(reader).text.toLowerCase() === word && take(reader, 'word') !== undefined

import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import type { Kms } from './kms.ts'

type Run<Input> = (kms: Kms, input: Input) => Answer<object> | Promise<Answer<object>>

/** An operation as the server calls it: with the parsed JSON of the request, not yet checked. */
export type Operation = Run<unknown>

/** Puts the check of the wire input in front of an operation. */
export function operation<const Schema extends v.GenericSchema>(
  schema: Schema,
  run: Run<v.InferOutput<Schema>>,
): Operation {
  return (kms, unverifiedInput) => {
    const input = parseInput(schema, unverifiedInput)
    return input.ok ? run(kms, input.value) : input
  }
}

/** Name, ARN or alias of a key. */
export const KeyReference = v.pipe(v.string(), atLeast(1), atMost(2048))

/** A blob of min to max bytes; base64 on the wire. */
export const bytes = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.base64('not base64'),
    v.transform((text) => Buffer.from(text, 'base64')),
    atLeast(min),
    atMost(max),
  )

/** A whole number of min to max. */
export const integer = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.integer(),
    v.minValue(min, `Member must have value greater than or equal to ${min}`),
    v.maxValue(max, `Member must have value less than or equal to ${max}`),
  )

/** A string of at most so many characters. */
export const text = (max: number) => v.pipe(v.string(), atMost(max))

/** One of the given names. */
export const oneOf = <const Name extends string>(names: readonly Name[]) =>
  v.picklist(names, `Member must satisfy enum value set: [${names.join(', ')}]`)

/** Names and values a ciphertext is bound to; empty when left out. */
export const EncryptionContext = v.optional(
  // v.record leaves out names like `constructor`, which would then not be bound.
  v.custom<Record<string, string>>(isStringRecord),
  {},
)

function atLeast<Value extends string | Buffer>(length: number) {
  const message = `Member must have length greater than or equal to ${length}`
  return v.minLength<Value, number, string>(length, message)
}

function atMost<Value extends string | Buffer>(length: number) {
  const message = `Member must have length less than or equal to ${length}`
  return v.maxLength<Value, number, string>(length, message)
}

function isStringRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((member) => typeof member === 'string')
}

function parseInput<Schema extends v.GenericSchema>(
  schema: Schema,
  unverifiedInput: unknown,
): Answer<v.InferOutput<Schema>> {
  const parsed = v.safeParse(schema, unverifiedInput, { abortEarly: true })
  return parsed.success ? ok(parsed.output) : refuseInput(parsed.issues[0])
}

/** The message has AWS's wording; AWS tells a wrong JSON type apart from a wrong value. */
function refuseInput(issue: v.BaseIssue<unknown>) {
  const name = v.getDotPath(issue) ?? ''
  const field = name.charAt(0).toLowerCase() + name.slice(1)
  const isWrongType = (issue.kind === 'schema' && issue.type !== 'picklist') || isEncoding(issue)
  if (issue.received === 'undefined') {
    const message = `Value null at '${field}' failed to satisfy constraint: Member must not be null`
    return refuse('ValidationException', `1 validation error detected: ${message}`)
  }
  if (isWrongType) return refuse('SerializationException', `${field}: ${issue.message}`)
  const message = `Value at '${field}' failed to satisfy constraint: ${issue.message}`
  return refuse('ValidationException', `1 validation error detected: ${message}`)
}

const isEncoding = (issue: v.BaseIssue<unknown>) =>
  issue.type === 'base64' || issue.type === 'integer'

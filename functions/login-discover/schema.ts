import * as v from 'valibot'
import { formFields, type HttpRequest, jsonBody, onlyValue } from '#shared/http/request.ts'

const Wanted = {
  product: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
  target: v.optional(v.pipe(v.string(), v.maxLength(2048))),
}

/** `?product=` and `?target=` of the page; both may be left out. */
const PageQuery = v.object(Wanted)
const StartQuery = v.object({ domain: v.pipe(v.string(), v.maxLength(253)), ...Wanted })
/** What the page posts, and what the API takes. */
const Question = v.strictObject({ email: v.pipe(v.string(), v.maxLength(320)), ...Wanted })

const names = ['email', 'domain', 'product', 'target'] as const

/** Undefined if a parameter is malformed or repeated. */
function read<const Schema extends v.GenericSchema>(schema: Schema, fields: URLSearchParams) {
  if (names.some((name) => fields.getAll(name).length > 1)) return undefined
  const values = names.flatMap((name) => {
    const value = onlyValue(fields, name)
    return value === undefined ? [] : [[name, value]]
  })
  const parsed = v.safeParse(schema, Object.fromEntries(values))
  return parsed.success ? parsed.output : undefined
}

export const readPage = ({ query }: HttpRequest) => read(PageQuery, query)
export const readStart = ({ query }: HttpRequest) => read(StartQuery, query)

export function readForm(request: HttpRequest) {
  const fields = formFields(request)
  return fields && read(Question, fields)
}

export function readQuestion(request: HttpRequest) {
  const parsed = v.safeParse(Question, jsonBody(request))
  return parsed.success ? parsed.output : undefined
}

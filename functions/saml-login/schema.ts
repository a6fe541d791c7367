import * as v from 'valibot'
import { type HttpRequest, onlyValue } from '#shared/http/request.ts'
import type { IdpId } from '#shared/ids.ts'

/** `?product=` and `?target=` of a login link; both may be left out. */
const Input = v.object({
  idpId: v.custom<IdpId>((id) => typeof id === 'string' && /^idp_[0-9a-f]{32}$/.test(id)),
  product: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
  target: v.optional(v.pipe(v.string(), v.maxLength(2048))),
})

/** Undefined if a parameter is malformed or repeated. */
export function readStart({ pathParameter, query }: HttpRequest) {
  if (query.getAll('product').length > 1 || query.getAll('target').length > 1) return undefined
  const parsed = v.safeParse(Input, {
    idpId: pathParameter('idp'),
    product: onlyValue(query, 'product'),
    target: onlyValue(query, 'target'),
  })
  return parsed.success ? parsed.output : undefined
}

import * as v from 'valibot'
import {
  bearerOf,
  formFields,
  type HttpRequest,
  jsonBody,
  onlyValue,
} from '#shared/http/request.ts'
import { JWT_LIFETIME_SECONDS } from '#shared/tokens/claims.ts'
import type { Redeemed } from '#shared/tokens/redeem-token.ts'

/** The body, as JSON or as a form: the login token that the browser brought, and where to. */
const Input = v.object({
  token: v.pipe(v.string(), v.nonEmpty(), v.maxLength(512)),
  /** Admins are shown what is not the one that it should be: no white space, no control characters. */
  host: v.optional(v.pipe(v.string(), v.maxLength(300), v.regex(/^[!-~]+$/))),
})

/** What is in the body; undefined if the body is not what we take. */
export function readRedeem(request: HttpRequest): v.InferOutput<typeof Input> | undefined {
  const form = formFields(request)
  const isRepeated = (form?.getAll('host') ?? []).length > 1
  const body = form
    ? { token: onlyValue(form, 'token'), host: onlyValue(form, 'host') }
    : jsonBody(request)
  const parsed = v.safeParse(Input, body)
  return parsed.success && !isRepeated ? parsed.output : undefined
}

/** The credential of the Authorization header (RFC 6750 §2.1); empty if there is none. */
export const readBearer = (request: HttpRequest) => bearerOf(request) ?? ''

/** Wire form of a redeemed identity. */
export const output = ({ user, organization, product, ...redeemed }: Redeemed) => ({
  token_type: 'urn:ietf:params:oauth:token-type:jwt',
  id_token: redeemed.jwt,
  expires_in: JWT_LIFETIME_SECONDS,
  user: {
    id: user.id,
    email: user.email,
    given_name: user.givenName,
    family_name: user.familyName,
    name: user.displayName,
  },
  organization: { id: organization.id, name: organization.name },
  product,
  target: redeemed.target,
  groups: redeemed.groups,
  attributes: redeemed.attributes[product],
  products: redeemed.products.map(({ product: key, account, reference }) => ({
    product: key,
    account: { id: account, reference },
    attributes: redeemed.attributes[key],
  })),
  sid: redeemed.sid,
  logout_url: redeemed.logoutUrl,
})

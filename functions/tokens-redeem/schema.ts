import * as v from 'valibot'
import { formFields, type HttpRequest, jsonBody, onlyValue } from '#shared/http/request.ts'
import { JWT_LIFETIME_SECONDS } from '#shared/tokens/claims.ts'
import type { Redeemed } from '#shared/tokens/redeem-token.ts'

/** The body, as JSON or as a form: the login token that the browser brought. */
const Input = v.object({ token: v.pipe(v.string(), v.nonEmpty(), v.maxLength(512)) })

/** The token of the body; undefined if the body is not what we take. */
export function readToken(request: HttpRequest): string | undefined {
  const form = formFields(request)
  const body = form ? { token: onlyValue(form, 'token') } : jsonBody(request)
  const parsed = v.safeParse(Input, body)
  return parsed.success ? parsed.output.token : undefined
}

/** The credential of the Authorization header (RFC 6750 §2.1); empty if there is none. */
export const readBearer = ({ header }: HttpRequest) =>
  /^Bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1] ?? ''

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

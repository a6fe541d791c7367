import * as v from 'valibot'
import {
  bearerOf,
  formFields,
  type HttpRequest,
  jsonBody,
  onlyValue,
} from '#shared/http/request.ts'
import type { Named } from '#shared/portals/ports.ts'
import { readSsoToken } from '#shared/portals/sso-token-text.ts'
import { readTarget } from '#shared/portals/target.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { emailDomain } from '#shared/users/email.ts'
import { isUserName } from '#shared/users/user-name.ts'

const MAX_TARGET_LENGTH = 2048

/** The body, as JSON or as a form: whom it is for, and where to. */
const Input = v.strictObject({
  email: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => emailDomain(text) !== undefined),
    ),
  ),
  user_name: v.optional(v.pipe(v.string(), v.check(isUserName))),
  target: v.optional(v.pipe(v.string(), v.maxLength(MAX_TARGET_LENGTH))),
})

const names = ['email', 'user_name', 'target'] as const

/** Whom a portal asks for, and where to, or what is wrong with how it asks. */
export function readIssue(
  request: HttpRequest,
): Result<{ named: Named; target: string | undefined }, string> {
  // Browsers send it with every POST: whoever sees a page's scripts would have the SSO token.
  if (request.header('origin') !== undefined) {
    return fail('ask from your server: an SSO token is no secret in a browser')
  }
  const form = formFields(request)
  const parsed = v.safeParse(Input, form ? objectOf(form) : jsonBody(request))
  const named = parsed.success ? namedIn(parsed.output) : undefined
  if (!parsed.success || !named) return fail('the body must hold one email or one user_name')
  const { target: wanted = '' } = parsed.output
  if (wanted === '') return ok({ named, target: undefined })
  const target = readTarget(wanted)
  return target === undefined
    ? fail('the target must be a relative path, such as invoices.html')
    : ok({ named, target })
}

function namedIn({ email, user_name: userName }: v.InferOutput<typeof Input>): Named | undefined {
  if (email !== undefined && userName !== undefined) return undefined
  if (email !== undefined) return { by: 'email', value: email }
  return userName === undefined ? undefined : { by: 'userName', value: userName }
}

/** Undefined if a field is repeated; others than ours are passed over, as OAuth has it. */
function objectOf(form: URLSearchParams) {
  if (names.some((name) => form.getAll(name).length > 1)) return undefined
  const found = names.flatMap((name) => {
    const value = onlyValue(form, name)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(found) as Record<string, string>
}

/** The SSO token of the Authorization header (RFC 6750 §2.1); undefined if there is none. */
export const readPortal = (request: HttpRequest) => readSsoToken(bearerOf(request) ?? '')

import type { AttributeNames, IdentityProvider } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import type { VerifiedAssertion } from '../saml/read-assertion.ts'
import { emailDomain } from '../users/email.ts'
import type { Profile } from '../users/types.ts'

type ProfileCause =
  | 'name_id_transient'
  | 'email_missing'
  | 'email_malformed'
  | 'email_domain_not_verified'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const MAX_NAME_LENGTH = 256

/** What providers call these by default: plain names, WS-Federation claims, LDAP OIDs. */
const commonNames: AttributeNames = {
  email: [
    'email',
    'mail',
    `${CLAIMS}/emailaddress`,
    'urn:oid:0.9.2342.19200300.100.1.3',
    'emailAddress',
    'User.email',
  ],
  givenName: [
    'givenName',
    'firstName',
    `${CLAIMS}/givenname`,
    'urn:oid:2.5.4.42',
    'first_name',
    'User.FirstName',
  ],
  familyName: [
    'familyName',
    'lastName',
    'sn',
    'surname',
    `${CLAIMS}/surname`,
    'urn:oid:2.5.4.4',
    'last_name',
    'User.LastName',
  ],
  displayName: [
    'displayName',
    'http://schemas.microsoft.com/identity/claims/displayname',
    'urn:oid:2.16.840.1.113730.3.1.241',
    'cn',
    'name',
  ],
}

/**
 * Reads the profile out of a verified assertion. The address must lie in a domain that the
 * organization has proved, to the letter: no subdomain, no suffix (R16).
 */
export function mapProfile(
  assertion: VerifiedAssertion,
  idp: IdentityProvider,
): Result<Profile, Refusal<ProfileCause>> {
  if (assertion.nameId.format === TRANSIENT) return fail(refusal('name_id_transient'))
  const names = { ...commonNames, ...idp.attributeNames }
  const email = firstValue(assertion, names.email) ?? emailOfNameId(assertion)
  if (email === undefined) return fail(refusal('email_missing'))
  const refused = refuseAddress(email, idp) ?? refuseNameId(assertion, idp)
  if (refused) return fail(refused)
  const givenName = firstValue(assertion, names.givenName)
  const familyName = firstValue(assertion, names.familyName)
  const displayName = firstValue(assertion, names.displayName)
  return ok({
    email,
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(displayName !== undefined && { displayName }),
  })
}

function refuseAddress(email: string, { verifiedDomains }: IdentityProvider) {
  const domain = emailDomain(email)
  if (domain === undefined) return refusal('email_malformed')
  if (verifiedDomains.includes(domain)) return undefined
  return refusal('email_domain_not_verified', { got: domain, want: verifiedDomains.join(' ') })
}

/** A NameID that claims to be an address is held to the same rule as the attribute (R16). */
const refuseNameId = ({ nameId }: VerifiedAssertion, idp: IdentityProvider) =>
  nameId.format === EMAIL_ADDRESS ? refuseAddress(nameId.value, idp) : undefined

function firstValue({ attributes }: VerifiedAssertion, names: readonly string[]) {
  for (const name of names) {
    const value = attributes.get(name)?.[0]?.trim()
    if (value) return cut(value)
  }
  return undefined
}

/** Between characters: half a surrogate pair would not come back from the table as it was. */
const cut = (text: string) => text.slice(0, MAX_NAME_LENGTH).replace(/[\uD800-\uDBFF]$/, '')

/** Many providers send the address as NameID only, some with the format `unspecified`. */
const emailOfNameId = ({ nameId }: VerifiedAssertion) =>
  nameId.value.includes('@') ? nameId.value : undefined

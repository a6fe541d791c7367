import { namesFor } from '../idps/presets.ts'
import type { AttributeNames, IdentityProvider } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import type { VerifiedAssertion } from '../saml/read-assertion.ts'
import { emailDomain } from '../users/email.ts'
import type { Profile } from '../users/types.ts'

type ProfileCause =
  | 'name_id_transient'
  | 'subject_attribute_missing'
  | 'email_missing'
  | 'email_malformed'
  | 'email_domain_not_verified'

const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const MAX_NAME_LENGTH = 256

/** Who signs in, as we read it. */
export type Mapped = {
  profile: Profile
  /** The NameID, or the value of the attribute that stands for it. */
  subject: string
  isKnownByAttribute: boolean
  /** Absent: the assertion says nothing of groups. */
  groups?: readonly string[]
}

/**
 * Reads the profile out of a verified assertion. The address must lie in a domain that the
 * organization has proved, to the letter: no subdomain, no suffix (R16).
 */
export function mapProfile(
  assertion: VerifiedAssertion,
  idp: IdentityProvider,
): Result<Mapped, Refusal<ProfileCause>> {
  const names = namesFor(idp)
  const subject = readSubject(assertion, idp, names)
  if (!subject.ok) return subject
  const groups = readGroups(assertion, names.groups)
  const profile = readProfile(assertion, idp, names)
  return profile.ok
    ? ok({ profile: profile.value, ...subject.value, ...(groups && { groups }) })
    : profile
}

/**
 * What the person is known by: the NameID, unless it is another one at each sign-in or an admin has
 * named an attribute (R13).
 */
function readSubject(
  assertion: VerifiedAssertion,
  idp: IdentityProvider,
  names: AttributeNames,
): Result<Pick<Mapped, 'subject' | 'isKnownByAttribute'>, Refusal<ProfileCause>> {
  const { format, value } = assertion.nameId
  const isTransient = format === TRANSIENT
  if (!isTransient && !idp.attributeNames.subject)
    return ok({ subject: value, isKnownByAttribute: false })
  const source = sourceOf(assertion, names.subject)
  if (source !== undefined) {
    // Whole: two people may differ in what would be cut off.
    return ok({ subject: firstOf(assertion, source), isKnownByAttribute: true })
  }
  const want = names.subject.join(' ')
  return fail(refusal(isTransient ? 'name_id_transient' : 'subject_attribute_missing', { want }))
}

function readProfile(
  assertion: VerifiedAssertion,
  idp: IdentityProvider,
  names: AttributeNames,
): Result<Profile, Refusal<ProfileCause>> {
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

/** All values of the first of these attributes that is there; what is too much is left out. */
function readGroups({ attributes }: VerifiedAssertion, names: readonly string[]) {
  const name = names.find((one) => attributes.has(one))
  if (name === undefined) return undefined
  const groups: string[] = []
  let length = 0
  for (const value of attributes.get(name) ?? []) {
    const group = cut(value)
    length += group.length
    if (length > MAX_GROUPS_LENGTH) break
    groups.push(group)
  }
  return groups
}

/** In characters: they go into an item of DynamoDB, which has 400 KB. */
const MAX_GROUPS_LENGTH = 64 * 1024

function firstValue(assertion: VerifiedAssertion, names: readonly string[]) {
  const name = sourceOf(assertion, names)
  return name === undefined ? undefined : cut(firstOf(assertion, name))
}

const firstOf = ({ attributes }: VerifiedAssertion, name: string) =>
  attributes.get(name)?.[0]?.trim() ?? ''

/** The first of these attributes that has a value. */
const sourceOf = (assertion: VerifiedAssertion, names: readonly string[]) =>
  names.find((name) => firstOf(assertion, name) !== '')

/** Which attribute each part of a profile is read from. */
export type Sources = Partial<Record<keyof AttributeNames, string>>

/** The same as mapProfile() reads, for admins who try a provider out (R11). */
export function sourcesOf(assertion: VerifiedAssertion, idp: IdentityProvider): Sources {
  const sources: Sources = {}
  for (const [field, names] of Object.entries(namesFor(idp))) {
    const source = sourceOf(assertion, names)
    if (source !== undefined) sources[field as keyof AttributeNames] = source
  }
  return sources
}

/** Between characters: half a surrogate pair would not come back from the table as it was. */
const cut = (text: string) => text.slice(0, MAX_NAME_LENGTH).replace(/[\uD800-\uDBFF]$/, '')

/** Many providers send the address as NameID only, some with the format `unspecified`. */
const emailOfNameId = ({ nameId }: VerifiedAssertion) =>
  nameId.value.includes('@') ? nameId.value : undefined

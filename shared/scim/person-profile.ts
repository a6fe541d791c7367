import { emailDomain } from '../users/email.ts'
import type { Profile } from '../users/types.ts'
import type { Document, Json } from './types.ts'

/** Whether a document lets its user sign in: what does not say, does. */
export const isActive = ({ active }: Document) =>
  active !== false && String(active).toLowerCase() !== 'false'

/**
 * The address of a SCIM user: the primary e-mail, else the one for work, else the first, else the
 * userName where it is one. Undefined: that is none, or in no domain that the organization has
 * proved; nobody can sign in by it.
 */
export function addressOf(document: Document, domains: readonly string[]): string | undefined {
  const emails = listOf(document['emails'])
  const email =
    emails.find((one) => one['primary'] === true) ??
    emails.find((one) => textOf(one['type'])?.toLowerCase() === 'work') ??
    emails[0]
  const address = textOf(email?.['value']) ?? textOf(document['userName']) ?? ''
  return domains.includes(emailDomain(address) ?? '') ? address : undefined
}

/** Names of a SCIM user as a Latchkey user has them. */
export function namesOf(document: Document): Omit<Profile, 'email'> {
  const [name = {}] = listOf(document['name'])
  const givenName = nameOf(name['givenName'])
  const familyName = nameOf(name['familyName'])
  const displayName = nameOf(document['displayName']) ?? nameOf(name['formatted'])
  return {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(displayName !== undefined && { displayName }),
  }
}

/** As long as names of users are: an assertion's are cut, too. */
const MAX_NAME_LENGTH = 256

function nameOf(value: Json | undefined): string | undefined {
  const text = textOf(value)?.toWellFormed().trim()
  return text ? text.slice(0, MAX_NAME_LENGTH).replace(/[\uD800-\uDBFF]$/, '') : undefined
}

const textOf = (value: Json | undefined) =>
  typeof value === 'string' && value !== '' ? value : undefined

const listOf = (value: Json | undefined): readonly Document[] =>
  [value ?? []].flat().filter((one): one is Document => typeof one === 'object' && one !== null)

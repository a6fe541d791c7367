import { fail, ok, type Result } from '../result.ts'
import { isoTime } from '../time.ts'
import { escapeText, escapeValue } from './characters.ts'
import { parseDateTime } from './date-time.ts'
import { refusal } from './errors.ts'
import type { LogoutExpectations, LogoutRefusal, VerifiedMessage } from './logout-message.ts'
import { ns } from './namespaces.ts'
import type { NameId } from './read-assertion.ts'
import { attributeOf, childrenNamed, leafText, type XmlElement } from './xml-tree.ts'

type LogoutRequest = {
  id: string
  /** Epoch seconds. */
  issueInstant: number
  notOnOrAfter: number
  /** The provider's single logout address. */
  destination: string
  /** Our entity ID, as the provider knows it. */
  issuer: string
  nameId: NameId
  sessionIndex: string | undefined
}

/** An unsigned LogoutRequest (SAML Core 2.0 §3.7.1): the NameID is repeated exactly as received. */
export function logoutRequest(request: LogoutRequest): string {
  const { id, issueInstant, notOnOrAfter, destination, issuer, nameId, sessionIndex } = request
  const index =
    sessionIndex === undefined
      ? ''
      : `<samlp:SessionIndex>${escapeText(sessionIndex)}</samlp:SessionIndex>`
  return (
    `<samlp:LogoutRequest xmlns:samlp="${ns.protocol}" xmlns:saml="${ns.assertion}" ID="${id}"` +
    ` Version="2.0" IssueInstant="${isoTime(issueInstant)}"` +
    ` Destination="${escapeValue(destination)}" NotOnOrAfter="${isoTime(notOnOrAfter)}">` +
    `<saml:Issuer>${escapeText(issuer)}</saml:Issuer>${nameIdElement(nameId)}${index}` +
    `</samlp:LogoutRequest>`
  )
}

function nameIdElement({ value, ...qualifiers }: NameId): string {
  const attributes = [
    ['NameQualifier', qualifiers.nameQualifier],
    ['SPNameQualifier', qualifiers.spNameQualifier],
    ['Format', qualifiers.format],
    ['SPProvidedID', qualifiers.spProvidedId],
  ] as const
  const written = attributes.flatMap(([name, text]) =>
    text === undefined ? [] : [` ${name}="${escapeValue(text)}"`],
  )
  return `<saml:NameID${written.join('')}>${escapeText(value)}</saml:NameID>`
}

/** What a provider asks for: an end to all sessions of a principal, or to some. */
export type AskedLogout = {
  /** NameID, to the letter. */
  nameId: string
  /** Undefined: all sessions. */
  sessionIndexes: readonly string[] | undefined
}

/** A person has one or two; what ends more at once has no index at all. */
const SESSION_INDEX_LIMIT = 100

/** Reads a verified LogoutRequest (SAML Core 2.0 §3.7.1). */
export function readLogoutRequest(
  { root }: VerifiedMessage,
  { now, clockSkewSeconds }: LogoutExpectations,
): Result<AskedLogout, LogoutRefusal> {
  const got = attributeOf(root, 'NotOnOrAfter')
  const until = got === undefined ? Number.POSITIVE_INFINITY : parseDateTime(got)
  if (until === undefined) return fail(refusal('logout_time_malformed', { got }))
  if (now >= until + clockSkewSeconds) return fail(refusal('logout_expired', { got }))
  const nameId = readNameId(root)
  if (!nameId.ok) return nameId
  const sessionIndexes = readSessionIndexes(root)
  return sessionIndexes.ok
    ? ok({ nameId: nameId.value, sessionIndexes: sessionIndexes.value })
    : sessionIndexes
}

function readSessionIndexes(root: XmlElement): Result<string[] | undefined, LogoutRefusal> {
  const elements = childrenNamed(root, ns.protocol, 'SessionIndex')
  if (elements.length === 0) return ok(undefined)
  const got = String(elements.length)
  if (elements.length > SESSION_INDEX_LIMIT) return fail(refusal('logout_session_index', { got }))
  const indexes: string[] = []
  for (const element of elements) {
    const index = leafText(element)?.trim()
    if (!index) return fail(refusal('logout_session_index'))
    indexes.push(index)
  }
  return ok(indexes)
}

function readNameId(root: XmlElement): Result<string, LogoutRefusal> {
  if (childrenNamed(root, ns.assertion, 'EncryptedID').length > 0) {
    return fail(refusal('logout_name_id_encrypted', { got: 'EncryptedID', want: 'NameID' }))
  }
  const [nameId, ...more] = childrenNamed(root, ns.assertion, 'NameID')
  const isOne = more.length === 0 && childrenNamed(root, ns.assertion, 'BaseID').length === 0
  const value = isOne && nameId ? leafText(nameId) : undefined
  return value?.trim() ? ok(value) : fail(refusal('logout_name_id'))
}

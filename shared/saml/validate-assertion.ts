import { parseDateTime } from './date-time.ts'
import { type EncryptionCause, type ProfileCause, type Refusal, refusal } from './errors.ts'
import { ns } from './namespaces.ts'
import { isIssuer } from './validate-envelope.ts'
import { validateSubject } from './validate-subject.ts'
import type { Expected } from './verify-response.ts'
import { attributeOf, childrenNamed, leafText, onlyChild, type XmlElement } from './xml-tree.ts'

type Refused = Refusal<ProfileCause | EncryptionCause> | undefined

/**
 * Checks a verified assertion against what we expect of one that is for us, now.
 *
 * Source: SAML Profiles 2.0 §4.1.4.2–4.1.4.3; SAML Core 2.0 §2.3.3, §2.5.1.
 */
export function validateAssertion(assertion: XmlElement, expected: Expected): Refused {
  return (
    refuseHeader(assertion, expected) ??
    refuseIssueInstant(assertion, expected) ??
    refuseConditions(assertion, expected) ??
    validateSubject(assertion, expected) ??
    refuseAuthnStatement(assertion, expected) ??
    refuseEncryptedAttributes(assertion)
  )
}

function refuseHeader(assertion: XmlElement, { issuer }: Expected): Refused {
  const version = attributeOf(assertion, 'Version')
  if (version !== '2.0') return refusal('assertion_malformed', { got: version, want: '2.0' })
  if (!attributeOf(assertion, 'ID')) return refusal('assertion_malformed', { want: 'ID' })
  const element = onlyChild(assertion, ns.assertion, 'Issuer')
  if (element && isIssuer(element, issuer)) return undefined
  return refusal('assertion_issuer', { got: element && leafText(element), want: issuer })
}

function refuseIssueInstant(assertion: XmlElement, expected: Expected): Refused {
  const text = attributeOf(assertion, 'IssueInstant')
  const issued = parseDateTime(text ?? '')
  if (issued === undefined) return refusal('assertion_time_malformed', { got: text })
  if (issued <= expected.now + expected.clockSkewSeconds) return undefined
  return refusal('assertion_from_the_future', { got: text })
}

/** Conditions we know, and no other: an unknown one makes an assertion unusable (Core §2.5.1.1). */
const KNOWN_CONDITIONS = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'])

function refuseConditions(assertion: XmlElement, expected: Expected): Refused {
  const conditions = onlyChild(assertion, ns.assertion, 'Conditions')
  if (!conditions) return refusal('conditions_missing')
  for (const { namespace, local } of conditions.children) {
    const isKnown = namespace === ns.assertion && KNOWN_CONDITIONS.has(local)
    if (!isKnown) return refusal('conditions_unknown', { got: local })
  }
  return refuseWindow(conditions, expected) ?? refuseAudience(conditions, expected)
}

/** NotBefore is inclusive and NotOnOrAfter exclusive; the skew widens both (Core §2.5.1.2). */
function refuseWindow(conditions: XmlElement, { now, clockSkewSeconds }: Expected): Refused {
  const notBefore = attributeOf(conditions, 'NotBefore')
  if (notBefore !== undefined) {
    const from = parseDateTime(notBefore)
    if (from === undefined) return refusal('assertion_time_malformed', { got: notBefore })
    if (now < from - clockSkewSeconds) return refusal('assertion_not_yet_valid', { got: notBefore })
  }
  const notOnOrAfter = attributeOf(conditions, 'NotOnOrAfter')
  if (notOnOrAfter === undefined) return undefined
  const until = parseDateTime(notOnOrAfter)
  if (until === undefined) return refusal('assertion_time_malformed', { got: notOnOrAfter })
  if (now >= until + clockSkewSeconds) return refusal('assertion_expired', { got: notOnOrAfter })
  return undefined
}

/** Every restriction must name us, and there must be one (Core §2.5.1.4, Profiles §4.1.4.2). */
function refuseAudience(conditions: XmlElement, { audience }: Expected): Refused {
  const restrictions = childrenNamed(conditions, ns.assertion, 'AudienceRestriction')
  if (restrictions.length === 0) return refusal('audience', { want: audience })
  for (const restriction of restrictions) {
    const audiences = childrenNamed(restriction, ns.assertion, 'Audience').map(leafText)
    if (!audiences.includes(audience)) {
      return refusal('audience', { got: audiences.join(' '), want: audience })
    }
  }
  return undefined
}

/** There must be a statement that somebody signed in, and every session must still run. */
function refuseAuthnStatement(assertion: XmlElement, expected: Expected): Refused {
  const statements = childrenNamed(assertion, ns.assertion, 'AuthnStatement')
  if (statements.length === 0) return refusal('authn_statement_missing')
  for (const statement of statements) {
    const refused = refuseStatementTimes(statement, expected)
    if (refused) return refused
  }
  return undefined
}

function refuseStatementTimes(statement: XmlElement, expected: Expected): Refused {
  const instant = attributeOf(statement, 'AuthnInstant')
  const authenticated = parseDateTime(instant ?? '')
  if (authenticated === undefined) return refusal('assertion_time_malformed', { got: instant })
  if (authenticated > expected.now + expected.clockSkewSeconds) {
    return refusal('assertion_from_the_future', { got: instant })
  }
  const sessionEnd = attributeOf(statement, 'SessionNotOnOrAfter')
  if (sessionEnd === undefined) return undefined
  const until = parseDateTime(sessionEnd)
  if (until === undefined) return refusal('assertion_time_malformed', { got: sessionEnd })
  if (expected.now < until + expected.clockSkewSeconds) return undefined
  return refusal('session_expired', { got: sessionEnd })
}

/** What we cannot read would otherwise be taken for what the provider does not say (Core §2.7.3.2). */
function refuseEncryptedAttributes(assertion: XmlElement): Refused {
  for (const statement of childrenNamed(assertion, ns.assertion, 'AttributeStatement')) {
    const encrypted = childrenNamed(statement, ns.assertion, 'EncryptedAttribute')
    if (encrypted.length === 0) continue
    return refusal('attribute_encrypted', { got: 'EncryptedAttribute', want: 'Attribute' })
  }
  return undefined
}

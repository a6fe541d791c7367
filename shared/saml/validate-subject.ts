import { parseDateTime } from './date-time.ts'
import { type EncryptionCause, type ProfileCause, type Refusal, refusal } from './errors.ts'
import { ns } from './namespaces.ts'
import type { Expected } from './verify-response.ts'
import { attributeOf, childrenNamed, leafText, onlyChild, type XmlElement } from './xml-tree.ts'

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

/**
 * Checks that there is one subject with a NameID, and that at least one bearer confirmation makes
 * the assertion usable here, now and for this request.
 *
 * Source: SAML Profiles 2.0 §4.1.4.2 (bearer confirmation); SAML Core 2.0 §2.4.1.
 */
export function validateSubject(
  assertion: XmlElement,
  expected: Expected,
): Refusal<ProfileCause | EncryptionCause> | undefined {
  const subject = onlyChild(assertion, ns.assertion, 'Subject')
  const encrypted = subject && childrenNamed(subject, ns.assertion, 'EncryptedID')
  if (encrypted?.length) return refusal('subject_encrypted', { got: 'EncryptedID', want: 'NameID' })
  const nameId = subject && onlyChild(subject, ns.assertion, 'NameID')
  if (!subject || !nameId || !leafText(nameId)?.trim()) return refusal('subject_missing')
  let refused: Refusal<ProfileCause> = refusal('subject_confirmation', { want: BEARER })
  for (const confirmation of childrenNamed(subject, ns.assertion, 'SubjectConfirmation')) {
    if (attributeOf(confirmation, 'Method') !== BEARER) continue
    const problem = refuseConfirmation(confirmation, expected)
    if (!problem) return undefined
    refused = problem
  }
  return refused
}

function refuseConfirmation(confirmation: XmlElement, expected: Expected) {
  const element = onlyChild(confirmation, ns.assertion, 'SubjectConfirmationData')
  if (!element) return refusal('subject_confirmation', { want: 'SubjectConfirmationData' })
  const recipient = attributeOf(element, 'Recipient')
  if (recipient !== expected.acsUrl) {
    return refusal('subject_confirmation_recipient', { got: recipient, want: expected.acsUrl })
  }
  // Profiles §4.1.4.2: bearer data must not carry NotBefore, and must carry NotOnOrAfter.
  const notBefore = attributeOf(element, 'NotBefore')
  if (notBefore !== undefined) return refusal('subject_confirmation', { got: 'NotBefore' })
  return refuseExpiry(element, expected) ?? refuseInResponseTo(element, expected)
}

function refuseExpiry(element: XmlElement, { now, clockSkewSeconds }: Expected) {
  const text = attributeOf(element, 'NotOnOrAfter')
  if (text === undefined) return refusal('subject_confirmation', { want: 'NotOnOrAfter' })
  const until = parseDateTime(text)
  if (until === undefined) return refusal('assertion_time_malformed', { got: text })
  if (now < until + clockSkewSeconds) return undefined
  return refusal('subject_confirmation_expired', { got: text })
}

/** Also refuses a request's ID in an unsolicited response: then nothing is expected (§4.1.5). */
function refuseInResponseTo(element: XmlElement, { inResponseTo }: Expected) {
  const got = attributeOf(element, 'InResponseTo')
  return got === inResponseTo ? undefined : refusal('in_response_to', { got, want: inResponseTo })
}

/** Whom the confirmations of an assertion say that it is for. */
export function recipientsOf(assertion: XmlElement): string[] {
  const subject = onlyChild(assertion, ns.assertion, 'Subject')
  const confirmations = subject ? childrenNamed(subject, ns.assertion, 'SubjectConfirmation') : []
  const recipients: string[] = []
  for (const confirmation of confirmations) {
    const element = onlyChild(confirmation, ns.assertion, 'SubjectConfirmationData')
    const recipient = element && attributeOf(element, 'Recipient')
    if (recipient !== undefined) recipients.push(recipient)
  }
  return recipients
}

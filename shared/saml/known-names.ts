import { ns } from './namespaces.ts'
import { byteAt, isRepeated, keepName } from './scanned-bytes.ts'

/** A QName and its parts (Namespaces in XML 1.0 §4). */
export type Name = { readonly name: string; readonly prefix: string; readonly local: string }

const assertionElements = [
  ...['Advice', 'Assertion', 'Attribute', 'AttributeStatement', 'AttributeValue', 'Audience'],
  ...['AudienceRestriction', 'AuthnContext', 'AuthnContextClassRef', 'AuthnStatement'],
  ...['Conditions', 'Issuer', 'NameID', 'Subject', 'SubjectConfirmation'],
  ...['SubjectConfirmationData'],
]
const protocolElements = ['Response', 'Status', 'StatusCode']
const signatureElements = [
  ...['CanonicalizationMethod', 'DigestMethod', 'DigestValue', 'KeyInfo', 'Reference', 'Signature'],
  ...['SignatureMethod', 'SignatureValue', 'SignedInfo', 'Transform', 'Transforms'],
  ...['X509Certificate', 'X509Data'],
]
const attributes = [
  ...['Algorithm', 'AuthnInstant', 'Destination', 'Format', 'ID', 'InResponseTo', 'IssueInstant'],
  ...['Method', 'Name', 'NameFormat', 'NotBefore', 'NotOnOrAfter', 'PrefixList', 'Recipient'],
  ...['SessionIndex', 'URI', 'Value', 'Version', 'xmlns'],
]
const prefixes = ['ds', 'dsig', 'ec', 'saml', 'saml2', 'saml2p', 'samlp', 'xs', 'xsi']

const namesWith = (prefix: string, locals: readonly string[]): Name[] =>
  locals.map((local) => ({ name: prefix ? `${prefix}:${local}` : local, prefix, local }))

/** Names of SAML and XML Signature, with the prefixes that most providers use, and namespaces. */
const names: readonly Name[] = [
  ...['', 'saml', 'saml2'].flatMap((prefix) => namesWith(prefix, assertionElements)),
  ...['', 'samlp', 'saml2p'].flatMap((prefix) => namesWith(prefix, protocolElements)),
  ...['', 'ds', 'dsig'].flatMap((prefix) => namesWith(prefix, signatureElements)),
  ...namesWith('', ['InclusiveNamespaces', ...attributes, ...prefixes, ...Object.values(ns)]),
  ...namesWith('ec', ['InclusiveNamespaces']),
  ...namesWith('xmlns', prefixes),
  ...namesWith('xsi', ['type', 'nil']),
]

/** Where scanned-bytes.ts keeps it as well. */
type Known = { name: Name; length: number; at: number }

/** A power of two, so that a mask is the remainder. */
const SLOTS = 1024

/** By length and three letters; in the next free slot where that is one for two names. */
const slots: (Known | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
for (const name of names) {
  const { length } = name.name
  const at = keepName(name.name)
  let slot = slotOf(at, at + length)
  while (slots[slot] !== undefined) slot = nextSlot(slot)
  slots[slot] = { name, length, at }
}

function slotOf(start: number, end: number): number {
  const first = byteAt(start)
  const middle = byteAt((start + end) >> 1)
  const last = byteAt(end - 1)
  return ((end - start) * 37 + first * 7 + middle * 17 + last) & (SLOTS - 1)
}

function nextSlot(slot: number): number {
  return (slot + 1) & (SLOTS - 1)
}

/**
 * The name that stands there if it is a known one. Comparing its parts with a constant ends at their
 * equal addresses; for a long string that was cut out of a document V8 13.6 calls its runtime.
 */
export function knownName(start: number, end: number): Name | undefined {
  const length = end - start
  for (let slot = slotOf(start, end); ; slot = nextSlot(slot)) {
    const known = slots[slot]
    if (known === undefined) return undefined
    if (known.length === length && isRepeated(known.at, start, length)) return known.name
  }
}

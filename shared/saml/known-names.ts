import { areBytesEqual } from './compare-bytes.ts'

/** Local names of SAML and XML Signature elements, and prefixes that providers use. */
const names = [
  ...['Advice', 'Assertion', 'Attribute', 'AttributeStatement', 'AttributeValue', 'Audience'],
  ...['AudienceRestriction', 'AuthnContext', 'AuthnContextClassRef', 'AuthnStatement'],
  ...['CanonicalizationMethod', 'Conditions', 'DigestMethod', 'DigestValue', 'InclusiveNamespaces'],
  ...['Issuer', 'KeyInfo', 'NameID', 'Reference', 'Response', 'Signature', 'SignatureMethod'],
  ...['SignatureValue', 'SignedInfo', 'Status', 'StatusCode', 'Subject', 'SubjectConfirmation'],
  ...['SubjectConfirmationData', 'Transform', 'Transforms', 'X509Certificate', 'X509Data'],
  ...['ds', 'dsig', 'ec', 'saml', 'saml2', 'saml2p', 'samlp', 'xmlns', 'xsi'],
]

type Known = { name: string; view: DataView }

/** A power of two, so that a mask is the remainder. */
const SLOTS = 256

/** By length and two letters; in the next free slot where that is one for two names. */
const slots: (Known | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
for (const name of names) {
  const view = new DataView(new TextEncoder().encode(name).buffer)
  let slot = slotOf(view, 0, name.length)
  while (slots[slot] !== undefined) slot = nextSlot(slot)
  slots[slot] = { name, view }
}

function slotOf(view: DataView, start: number, end: number): number {
  const first = view.getUint8(start)
  const last = view.getUint8(end - 1)
  return ((end - start) * 11 + first * 7 + last) & (SLOTS - 1)
}

function nextSlot(slot: number): number {
  return (slot + 1) & (SLOTS - 1)
}

/**
 * The name that stands there if it is a known one. Comparing that with a constant ends at their
 * equal addresses; for a long string that was cut out of a document V8 13.6 calls its runtime.
 */
export function knownName(view: DataView, start: number, end: number): string | undefined {
  const length = end - start
  for (let slot = slotOf(view, start, end); ; slot = nextSlot(slot)) {
    const known = slots[slot]
    if (known === undefined) return undefined
    const { name } = known
    if (name.length === length && areBytesEqual(known.view, 0, view, start, length)) return name
  }
}

import { XmlError } from './xml-error.ts'

/** Namespaces that we read. */
export const ns = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  exclusiveC14n: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  schemaInstance: 'http://www.w3.org/2001/XMLSchema-instance',
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/',
} as const

/** Namespace bindings, innermost first; shared by all elements that declare none. */
export type Scope = { prefix: string; uri: string; outer: Scope | undefined }

/** What a document starts with: nothing but `xml` (Namespaces in XML 1.0 §3). */
export const documentScope: Scope = { prefix: 'xml', uri: ns.xml, outer: undefined }

/** The URI that a prefix is bound to, or undefined; the empty prefix is the default namespace. */
export function lookup(scope: Scope | undefined, prefix: string): string | undefined {
  for (let at = scope; at !== undefined; at = at.outer) if (at.prefix === prefix) return at.uri
  return prefix === '' ? '' : undefined
}

/** Whether a prefix was declared after `outer` was the scope. */
export function isDeclaredBetween(scope: Scope, outer: Scope, prefix: string): boolean {
  for (let at: Scope | undefined = scope; at !== undefined && at !== outer; at = at.outer) {
    if (at.prefix === prefix) return true
  }
  return false
}

/**
 * A scheme, then what RFC 3986 lets stand in a URI. C14N is undefined for relative namespace names
 * (C14N 1.0 §1.3), and what is left needs no escape in an attribute.
 */
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-%'-;=?-~]*$/

/**
 * Bounds on what one element can make a look-up or its canonical form cost: exclusive C14N declares
 * a namespace anew for each child that uses it where its parent did not.
 */
const MAX_BINDINGS = 64
const MAX_NAME_LENGTH = 256

function bindings(scope: Scope): number {
  let count = 0
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) count++
  return count
}

/**
 * The strings of `ns`, which a comparison recognizes by their address (V8 13.6): a namespace name
 * that was cut out of a document is compared character by character each time.
 */
const known = new Map<string, string>(
  [ns.protocol, ns.assertion, ns.signature, ns.exclusiveC14n, ns.schemaInstance].map((uri) => [
    uri,
    uri,
  ]),
)

/** Adds a declaration (Namespaces in XML 1.0 §3, constraints on reserved and empty names). */
export function declare(scope: Scope, prefix: string, uri: string): Scope {
  const reserved = prefix === 'xml' || prefix === 'xmlns' || uri === ns.xml || uri === ns.xmlns
  if (reserved) throw new XmlError('xml_namespace', `reserved namespace binding of "${prefix}"`)
  if (uri.length > MAX_NAME_LENGTH) throw new XmlError('xml_limit', 'namespace name too long')
  if (bindings(scope) >= MAX_BINDINGS) throw new XmlError('xml_limit', 'namespace declarations')
  const knownUri = known.get(uri)
  if (knownUri !== undefined) return { prefix, uri: knownUri, outer: scope }
  const undeclared = uri === '' && prefix === ''
  if (!undeclared && !ABSOLUTE_URI.test(uri)) {
    throw new XmlError('xml_namespace', 'a namespace name must be an absolute URI')
  }
  return { prefix, uri, outer: scope }
}

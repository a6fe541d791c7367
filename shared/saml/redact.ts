import { createHash } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { escapeAttribute, escapeText } from './characters.ts'
import { ns } from './namespaces.ts'
import {
  type Attribute,
  isElement,
  leafText,
  normalizedValue,
  type XmlElement,
} from './xml-tree.ts'

/** Text that tells an admin what is set up how, and nothing about a person. */
const SHOWN_TEXTS = new Set(['Issuer', 'Audience', 'AuthnContextClassRef', 'AuthnContextDeclRef'])

/** The same of attributes. A SessionIndex is as good as a name, an Address as a place. */
const SHOWN_ATTRIBUTES = new Set([
  ...['ID', 'Version', 'IssueInstant', 'Destination', 'InResponseTo', 'Recipient', 'Consent'],
  ...['NotBefore', 'NotOnOrAfter', 'AuthnInstant', 'SessionNotOnOrAfter', 'Method', 'Format'],
  ...['NameQualifier', 'SPNameQualifier', 'Name', 'NameFormat', 'FriendlyName', 'Value'],
  ...['Algorithm', 'URI', 'PrefixList', 'Type', 'type', 'nil', 'MimeType', 'Encoding', 'Id'],
])

const MAX_VALUE_LENGTH = 256
/** Siblings of one name in a row: groups are many and all look alike here. */
const MAX_ALIKE = 3

/** How much of a message is kept, in characters: anybody can send what no key vouches for. */
export const keptLength = (keyFingerprint: string | undefined) =>
  (keyFingerprint === undefined ? 4 : 16) * 1024

/**
 * A message as an admin may see it: its structure, times, addresses and algorithms. Names, values of
 * attributes, signatures and ciphertexts are replaced by their length, certificates by their
 * fingerprint (R40).
 *
 * @param maxLength in characters
 */
export function redact(root: XmlElement, maxLength: number): string {
  const lines: string[] = []
  write(root, '', lines)
  const text = lines.join('\n')
  return text.length > maxLength ? `${text.slice(0, maxLength)}\n<!-- cut -->` : text
}

function write(element: XmlElement, indent: string, lines: string[]) {
  const { name, children } = element
  const startTag = `${indent}<${name}${declarationOf(element)}${attributesOf(element)}`
  const isOpaque = isElement(element, ns.assertion, 'AttributeValue')
  if (children.length === 0 || isOpaque) {
    const text = children.length > 0 ? '[elements]' : shownText(element)
    lines.push(text === '' ? `${startTag}/>` : `${startTag}>${escapeText(text)}</${name}>`)
    return
  }
  lines.push(`${startTag}>`)
  writeChildren(children, `${indent}  `, lines)
  lines.push(`${indent}</${name}>`)
}

function writeChildren(children: readonly XmlElement[], indent: string, lines: string[]) {
  let alike = 0
  children.forEach((child, index) => {
    alike = child.name === children[index - 1]?.name ? alike + 1 : 1
    if (alike <= MAX_ALIKE) write(child, indent, lines)
    const isLastAlike = child.name !== children[index + 1]?.name
    if (alike > MAX_ALIKE && isLastAlike) lines.push(`${indent}<!-- ${alike - MAX_ALIKE} more -->`)
  })
}

/** The element's own namespace where its parent has another one for the prefix. */
function declarationOf({ prefix, namespace, parent }: XmlElement): string {
  if (parent?.prefix === prefix && parent.namespace === namespace) return ''
  const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
  return namespace === '' && prefix === '' ? '' : ` ${name}="${escapeAttribute(namespace)}"`
}

const attributesOf = ({ attributes }: XmlElement) => attributes.map(shownAttribute).join('')

function shownAttribute(attribute: Attribute): string {
  const value = normalizedValue(attribute)
  const isShown = SHOWN_ATTRIBUTES.has(attribute.local)
  return ` ${attribute.name}="${escapeAttribute(isShown ? cut(value) : masked(value))}"`
}

function shownText(element: XmlElement): string {
  const text = leafText(element)?.trim() ?? ''
  if (text === '') return ''
  if (isElement(element, ns.signature, 'X509Certificate')) return fingerprintOf(text)
  const isShown = element.namespace === ns.assertion && SHOWN_TEXTS.has(element.local)
  return isShown ? cut(text) : masked(text)
}

function fingerprintOf(text: string): string {
  const bytes = decodeBase64(text)
  return bytes ? `SHA-256 ${createHash('sha256').update(bytes).digest('hex')}` : masked(text)
}

const cut = (text: string) =>
  text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text

const masked = (text: string) => (text === '' ? '' : `[${text.length} characters]`)

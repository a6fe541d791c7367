import { decodeReferences } from './characters.ts'
import { ns, type Scope } from './namespaces.ts'
import { fromUtf8 } from './utf8.ts'

/** Largest document that is scanned, in decoded bytes, and its other bounds. */
export const limits = {
  bytes: 256 * 1024,
  depth: 64,
  elements: 10_000,
  /** Of one element, and as many namespace declarations. */
  attributes: 64,
} as const

export type Attribute = {
  /** As written, with its prefix. */
  name: string
  prefix: string
  local: string
  /** Namespace URI; empty for an attribute without prefix. */
  namespace: string
  /** Between the quotes, as written. */
  raw: string
  /** Whether `raw` is also the value and, in double quotes, its canonical form. */
  isPlain: boolean
}

/**
 * An element of a scanned document. Offsets are into `xml`, the whole document: its UTF-8 bytes with
 * normalized line ends, each as one character.
 */
export type XmlElement = {
  name: string
  prefix: string
  local: string
  namespace: string
  /** Without namespace declarations. */
  attributes: readonly Attribute[]
  /** Namespace bindings in force inside this element. */
  scope: Scope
  parent: XmlElement | undefined
  children: readonly XmlElement[]
  xml: string
  start: number
  contentStart: number
  contentEnd: number
  end: number
  /** Whether C14N would write the start tag as it stands, if no declaration were to be added. */
  isTagCanonical: boolean
  /** Whether its own character data, not that of children, is value and canonical form as it is. */
  isTextPlain: boolean
  /** Whether C14N writes it, with all below it, as it stands, wherever its parent is written. */
  isVerbatim: boolean
}

/** Whether this is the element of that namespace and local name. */
export const isElement = (element: XmlElement, namespace: string, local: string) =>
  element.local === local && element.namespace === namespace

/** The children of that name, in document order. */
export function childrenNamed(parent: XmlElement, namespace: string, local: string): XmlElement[] {
  const found: XmlElement[] = []
  for (const child of parent.children) if (isElement(child, namespace, local)) found.push(child)
  return found
}

/** The child of that name if there is exactly one. */
export function onlyChild(parent: XmlElement, namespace: string, local: string) {
  let found: XmlElement | undefined
  for (const child of parent.children) {
    if (!isElement(child, namespace, local)) continue
    if (found) return undefined
    found = child
  }
  return found
}

/** Value of an attribute without namespace. */
export function attributeOf(element: XmlElement, local: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.local === local && attribute.namespace === '') return normalizedValue(attribute)
  }
  return undefined
}

/** Attribute-value normalization (XML 1.0 §3.3.3, CDATA). */
export const normalizedValue = ({ raw, isPlain }: Attribute) =>
  isPlain ? raw : decodeReferences(raw.replace(/[\t\n]/g, ' '))

/** Character data of an element that has no child elements, references replaced; else undefined. */
export const leafText = (element: XmlElement): string | undefined =>
  element.children.length > 0
    ? undefined
    : textBetween(element, element.contentStart, element.contentEnd)

/** All character data inside an element, in document order, through its descendants. */
export function deepText(element: XmlElement): string {
  let text = ''
  let from = element.contentStart
  for (const child of element.children) {
    text += textBetween(element, from, child.start) + deepText(child)
    from = child.end
  }
  return text + textBetween(element, from, element.contentEnd)
}

/** Character data of the element itself between two places, references replaced. */
export function textBetween({ xml, isTextPlain }: XmlElement, from: number, to: number): string {
  const utf8 = xml.slice(from, to)
  return isTextPlain ? utf8 : decodeReferences(fromUtf8(utf8))
}

/** Whether `xsi:nil` says that there is no value (XML Schema Part 1 §2.6.2). */
export function isNil(element: XmlElement): boolean {
  for (const { namespace, local, raw } of element.attributes) {
    const isTrue = raw === 'true' || raw === '1'
    if (isTrue && local === 'nil' && namespace === ns.schemaInstance) return true
  }
  return false
}

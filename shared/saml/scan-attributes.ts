import { byteAt, code, spaceEnd } from './characters.ts'
import { declare, isDeclaredBetween, lookup, type Scope } from './namespaces.ts'
import { fromUtf8 } from './utf8.ts'
import {
  type Cursor,
  current,
  hasMoreThanAscii,
  hasReference,
  malformed,
  nextLessThan,
  readName,
  skipName,
  skipSpace,
} from './xml-cursor.ts'
import { XmlError } from './xml-error.ts'
import { type Attribute, limits, normalizedValue, type XmlElement } from './xml-tree.ts'

// Here they are constants of this module: V8 13.6 loads what is imported anew at each use.
const { attributes: MAX_ATTRIBUTES } = limits
const { space, doubleQuote, apostrophe, slash, equals, greaterThan } = code

/** Reads what follows the name of a start tag into the element, up to `>` or `/>`. */
export function readAttributes(cursor: Cursor, element: XmlElement) {
  const outer = element.scope
  let attributes: Attribute[] | undefined
  let declarations = 0
  while (skipSeparator(cursor, element)) {
    const attribute = readAttribute(cursor)
    if (attribute.prefix === 'xmlns' || attribute.name === 'xmlns') {
      addDeclaration(element, attribute, outer)
      declarations += 1
    } else if (attributes) attributes.push(attribute)
    else element.attributes = attributes = [attribute]
    const isTooMany = declarations > MAX_ATTRIBUTES || element.attributes.length > MAX_ATTRIBUTES
    if (isTooMany) throw new XmlError('xml_limit', 'attributes')
  }
  if (nextLessThan(cursor, element.start + 1) < cursor.position) {
    throw malformed('< in a start tag')
  }
}

/** White space must stand before each attribute, and may before the end of the tag. */
function skipSeparator(cursor: Cursor, element: XmlElement): boolean {
  const { bytes, position } = cursor
  const at = spaceEnd(bytes, position)
  cursor.position = at
  const c = byteAt(bytes, at)
  if (c === greaterThan || c === slash) return false
  if (at === position) throw malformed('attributes must be separated')
  if (bytes[position] !== space) element.isTagCanonical = false
  return true
}

function addDeclaration(element: XmlElement, attribute: Attribute, outer: Scope) {
  const prefix = attribute.name === 'xmlns' ? '' : attribute.local
  if (isDeclaredBetween(element.scope, outer, prefix)) throw duplicate(attribute)
  element.scope = declare(element.scope, prefix, normalizedValue(attribute))
}

/**
 * Resolves and checks the attributes of an element whose start tag has been read.
 *
 * Names in ascending order without prefixes have no duplicates and no namespaces. If the length is
 * what C14N would need as well, then the tag is canonical but for the slash of `<empty/>`: it has
 * one space before each attribute and none elsewhere, and declares nothing.
 */
export function finishAttributes(element: XmlElement, isEmpty: boolean) {
  const { attributes } = element
  let isCanonical = element.isTagCanonical
  let length = element.name.length + (isEmpty ? '</>' : '<>').length
  let last = ''
  for (const { name, prefix, raw, isPlain } of attributes) {
    length += name.length + raw.length + ' =""'.length
    isCanonical &&= isPlain && prefix === '' && last < name
    last = name
  }
  element.isTagCanonical = isCanonical && length === element.contentStart - element.start
  if (isCanonical) return
  for (const attribute of attributes) attribute.namespace = namespaceOf(attribute, element)
  refuseDuplicates(attributes)
}

/** A prefix-less attribute is in no namespace, whatever the default is (Namespaces §6.2). */
function namespaceOf({ prefix }: Attribute, { scope }: XmlElement): string {
  if (prefix === '') return ''
  const namespace = lookup(scope, prefix)
  if (namespace === undefined) throw new XmlError('xml_namespace', `unbound prefix ${prefix}`)
  return namespace
}

/** Also finds two prefixes of one namespace (Namespaces in XML 1.0 §6.3). Quadratic, but bounded. */
function refuseDuplicates(attributes: readonly Attribute[]) {
  for (let i = 1; i < attributes.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = attributes[i]
      const b = attributes[j]
      if (a && a.local === b?.local && a.namespace === b.namespace) throw duplicate(a)
    }
  }
}

const duplicate = ({ name }: Attribute) =>
  new XmlError('xml_duplicate_attribute', `attribute ${name} twice`)

function readAttribute(cursor: Cursor): Attribute {
  const { attribute: last, attributeStart, position, xml } = cursor
  const isLast = skipName(cursor, attributeStart, last.name.length)
  const { name, prefix, local } = isLast ? last : readName(cursor)
  const quote = skipEquals(cursor)
  const start = cursor.position + 1
  const end = xml.indexOf(quote === doubleQuote ? '"' : "'", start)
  if (end < 0) throw malformed('unterminated attribute value')
  const isAscii = !hasMoreThanAscii(cursor, start, end)
  const raw = isAscii ? xml.slice(start, end) : fromUtf8(xml.slice(start, end))
  const isWhole = !cursor.hasBreaks || !BREAK.test(raw)
  const isPlain = isAscii && isWhole && quote === doubleQuote && !hasReference(cursor, start, end)
  cursor.position = end + 1
  cursor.attributeStart = position
  cursor.attribute = { name, prefix, local, namespace: '', raw, isPlain }
  return cursor.attribute
}

const BREAK = /[\t\n]/

/** Moves to the quote behind `=`, and tells which it is. */
function skipEquals(cursor: Cursor): number {
  if (current(cursor) !== equals) skipSpace(cursor)
  if (current(cursor) !== equals) throw malformed('attribute')
  cursor.position += 1
  if (current(cursor) === doubleQuote) return doubleQuote
  skipSpace(cursor)
  const quote = current(cursor)
  if (quote !== doubleQuote && quote !== apostrophe) throw malformed('unquoted value')
  return quote
}

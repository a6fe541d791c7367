import { code } from './characters.ts'
import { knownName, type Name } from './known-names.ts'
import { declare, isDeclaredBetween, lookup, type Scope } from './namespaces.ts'
import { byteAt, plainValueEnd, spaceEnd } from './scanned-bytes.ts'
import { fromUtf8 } from './utf8.ts'
import { type Cursor, current, malformed, readName, skipName, skipSpace } from './xml-cursor.ts'
import { XmlError } from './xml-error.ts'
import { type Attribute, limits, normalizedValue, type XmlElement } from './xml-tree.ts'

// Here they are constants of this module: V8 13.6 loads what is imported anew at each use.
const { attributes: MAX_ATTRIBUTES } = limits
const { space, doubleQuote, apostrophe, slash, equals, greaterThan } = code

/**
 * Reads what follows the name of a start tag into the element, up to `>` or `/>`.
 *
 * Names in ascending order without prefixes have no duplicates and no namespaces.
 */
export function readAttributes(cursor: Cursor, element: XmlElement) {
  const outer = element.scope
  let attributes: Attribute[] | undefined
  let declarations = 0
  let isSorted = true
  let last = ''
  while (skipSeparator(cursor, element)) {
    const attribute = readAttribute(cursor, element)
    const { name, prefix } = attribute
    if (isDeclaration(attribute)) {
      addDeclaration(element, attribute, outer)
      declarations += 1
    } else {
      isSorted &&= prefix === '' && isBehind(name, last)
      last = name
      if (attributes) attributes.push(attribute)
      else element.attributes = attributes = [attribute]
    }
    const isTooMany = declarations > MAX_ATTRIBUTES || element.attributes.length > MAX_ATTRIBUTES
    if (isTooMany) throw new XmlError('xml_limit', 'attributes')
  }
  if (!isSorted) resolveAttributes(element)
}

const isDeclaration = ({ name, prefix }: Name) => prefix === 'xmlns' || name === 'xmlns'

/** White space must stand before each attribute, and may before the end of the tag. */
function skipSeparator(cursor: Cursor, element: XmlElement): boolean {
  const { position } = cursor
  const c = byteAt(position)
  if (c === greaterThan || c === slash) return false
  const at = spaceEnd(position)
  if (at === position) throw malformed('attributes must be separated')
  cursor.position = at
  const next = byteAt(at)
  const isEnd = next === greaterThan || next === slash
  if (c !== space || at !== position + 1 || isEnd) element.isTagCanonical = false
  return !isEnd
}

/** Most names differ in the first letter: then V8 13.6 need not call what compares strings. */
function isBehind(name: string, last: string): boolean {
  if (last === '') return true
  const order = name.charCodeAt(0) - last.charCodeAt(0)
  return order === 0 ? last < name : order > 0
}

function addDeclaration(element: XmlElement, attribute: Attribute, outer: Scope) {
  const prefix = attribute.name === 'xmlns' ? '' : attribute.local
  if (isDeclaredBetween(element.scope, outer, prefix)) throw duplicate(attribute)
  element.scope = declare(element.scope, prefix, normalizedValue(attribute))
  element.isTagCanonical = false
}

/** Resolves and checks the attributes of an element whose start tag has been read. */
function resolveAttributes(element: XmlElement) {
  const { attributes } = element
  element.isTagCanonical = false
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

function readAttribute(cursor: Cursor, element: XmlElement): Attribute {
  const { position, attributeStart, attribute: last, xml } = cursor
  const isLast = skipName(cursor, attributeStart, last.name.length)
  const named: Name = isLast ? last : readName(cursor)
  const { name, prefix, local } = named
  const { position: end } = cursor
  const isUsual = byteAt(end) === equals && byteAt(end + 1) === doubleQuote
  const start = end + '="'.length
  const valueEnd = isUsual ? plainValueEnd(start) : end
  cursor.attributeStart = position
  if (isUsual && byteAt(valueEnd) === doubleQuote) {
    cursor.position = valueEnd + 1
    const known = isDeclaration(named) ? knownName(start, valueEnd)?.name : undefined
    const raw = known ?? xml.slice(start, valueEnd)
    cursor.attribute = { name, prefix, local, namespace: '', raw, isPlain: true }
  } else {
    element.isTagCanonical = false
    cursor.attribute = readUnusual(cursor, named)
  }
  return cursor.attribute
}

/** Reads what is not as C14N writes it, or not ASCII, from behind the name on. */
function readUnusual(cursor: Cursor, { name, prefix, local }: Name): Attribute {
  const quote = skipEquals(cursor)
  const start = cursor.position + 1
  const end = cursor.xml.indexOf(quote === doubleQuote ? '"' : "'", start)
  if (end < 0) throw malformed('unterminated attribute value')
  const utf8 = cursor.xml.slice(start, end)
  if (utf8.includes('<')) throw malformed('< in a start tag')
  const isPlain = quote === doubleQuote && !UNUSUAL.test(utf8)
  cursor.position = end + 1
  return { name, prefix, local, namespace: '', raw: fromUtf8(utf8), isPlain }
}

const UNUSUAL = /[\t\n&\x80-\xff]/

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

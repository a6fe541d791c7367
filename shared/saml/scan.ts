import { isAscii, isUtf8 } from 'node:buffer'
import { checkCharacters, code } from './characters.ts'
import { documentScope, lookup, type Scope } from './namespaces.ts'
import { readAttributes } from './scan-attributes.ts'
import {
  type Cursor,
  current,
  cursorOf,
  isRepeated,
  malformed,
  readElementName,
  skipSpace,
} from './xml-cursor.ts'
import { XmlError } from './xml-error.ts'
import { limits, type XmlElement } from './xml-tree.ts'

/** A scanned document; `elements` has all of them in document order. */
export type XmlDocument = { root: XmlElement; elements: readonly XmlElement[] }

/**
 * Scans a whole document, strictly: XML 1.0 without DOCTYPE, comments, processing instructions and
 * CDATA (SAML Core 2.0 §4.1 forbids none of them, every attack on parsers needs one), ASCII names,
 * UTF-8 only. Everything else that is read later is a view of this one tree.
 *
 * @throws XmlError with the cause
 */
export function scanXml(bytes: Buffer): XmlDocument {
  const { xml, units } = decode(bytes)
  checkCharacters(xml)
  const cursor = cursorOf(xml, units, afterDeclaration(xml))
  skipSpace(cursor)
  if (current(cursor) !== code.lessThan) throw malformed('no root element')
  const root = readElement(cursor, undefined, documentScope)
  skipSpace(cursor)
  if (cursor.position !== xml.length) throw malformed('content after the root element')
  return { root, elements: cursor.elements }
}

/** Line ends become newlines before anything is read (XML 1.0 §2.11). */
function decode(bytes: Buffer) {
  const isPlain = isAscii(bytes) && !bytes.includes(CARRIAGE_RETURN)
  if (isPlain) return { xml: bytes.toString('latin1'), units: bytes }
  if (!isUtf8(bytes)) throw new XmlError('xml_not_utf8', 'not UTF-8')
  const xml = bytes.toString('utf8').replace(/\r\n?/g, '\n')
  return { xml, units: codeUnits(xml) }
}

const CARRIAGE_RETURN = 13

/** Little-endian, as every machine that Node runs on. */
function codeUnits(xml: string): Uint16Array {
  const units = new Uint16Array(xml.length)
  Buffer.from(units.buffer).write(xml, 'utf16le')
  return units
}

const DECLARATION = new RegExp(
  '^<\\?xml[ \\t\\n]+version=(?:"1\\.0"|\'1\\.0\')' +
    '(?:[ \\t\\n]+encoding=(?:"utf-8"|\'utf-8\'|"UTF-8"|\'UTF-8\'))?' +
    '(?:[ \\t\\n]+standalone=(?:"yes"|"no"|\'yes\'|\'no\'))?[ \\t\\n]*\\?>',
)

/** Position after a byte order mark and the XML declaration, the one `<?` that may occur. */
function afterDeclaration(xml: string): number {
  const start = xml.charCodeAt(0) === 0xfeff ? 1 : 0
  if (!xml.startsWith('<?xml', start)) return start
  const declaration = DECLARATION.exec(xml.slice(start, start + 200))
  if (!declaration) throw malformed('XML declaration')
  return start + declaration[0].length
}

function readElement(cursor: Cursor, parent: XmlElement | undefined, outer: Scope): XmlElement {
  enter(cursor)
  const start = cursor.position
  const nextTag = cursor.xml.indexOf('<', start + 1)
  cursor.position += 1
  const { name, prefix, local } = readElementName(cursor)
  const { attributes, scope, isEmpty } = readAttributes(cursor, outer)
  if (nextTag >= 0 && nextTag < cursor.position) throw malformed('< in a start tag')
  const namespace = lookup(scope, prefix)
  if (namespace === undefined) throw new XmlError('xml_namespace', `unbound prefix ${prefix}`)
  const element: XmlElement = {
    name,
    prefix,
    local,
    namespace,
    attributes,
    scope,
    parent,
    children: NO_CHILDREN,
    xml: cursor.xml,
    start,
    contentStart: cursor.position,
    contentEnd: cursor.position,
    end: cursor.position,
  }
  cursor.elements.push(element)
  if (!isEmpty) readContent(cursor, element)
  cursor.depth -= 1
  return element
}

function enter(cursor: Cursor) {
  const next = cursor.units[cursor.position + 1]
  if (next === 33 || next === 63) {
    throw new XmlError('xml_forbidden_construct', 'DOCTYPE, comment, CDATA or instruction')
  }
  cursor.depth += 1
  if (cursor.depth > limits.depth) throw new XmlError('xml_limit', 'nested too deeply')
  if (cursor.elements.length >= limits.elements)
    throw new XmlError('xml_limit', 'too many elements')
}

const NO_CHILDREN: readonly XmlElement[] = []

/** Reads children until the end tag; what lies between them is character data. */
function readContent(cursor: Cursor, element: XmlElement) {
  let children: XmlElement[] | undefined
  for (;;) {
    skipText(cursor)
    if (cursor.units[cursor.position + 1] === code.slash) break
    const child = readElement(cursor, element, element.scope)
    if (children) children.push(child)
    else element.children = children = [child]
  }
  element.contentEnd = cursor.position
  readEndTag(cursor, element)
  element.end = cursor.position
}

/** Moves to the next `<`; the characters on the way have been checked. */
function skipText(cursor: Cursor) {
  const at = cursor.xml.indexOf('<', cursor.position)
  if (at < 0) throw malformed('unexpected end')
  cursor.position = at
}

function readEndTag(cursor: Cursor, { start, name }: XmlElement) {
  const nameAt = cursor.position + 2
  if (!isRepeated(cursor.units, start + 1, nameAt, name.length)) throw malformed('end tag')
  cursor.position = nameAt + name.length
  skipSpace(cursor)
  if (current(cursor) !== code.greaterThan) throw malformed('end tag')
  cursor.position += 1
}

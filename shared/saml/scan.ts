import { isAscii, isUtf8 } from 'node:buffer'
import type { CanonicalForm } from './canonicalize.ts'
import { checkCharacters, code, refuseSectionEnd } from './characters.ts'
import { readTree } from './scan-elements.ts'
import { byteAt, loadBytes, trimmedLength } from './scanned-bytes.ts'
import { type Cursor, current, cursorOf, malformed, skipSpace } from './xml-cursor.ts'
import { XmlError } from './xml-error.ts'
import type { XmlElement } from './xml-tree.ts'

/** A scanned document; `elements` has all of them in document order. */
export type XmlDocument = { root: XmlElement; elements: readonly XmlElement[] }

/**
 * Scans a whole document, strictly: XML 1.0 without DOCTYPE, comments, processing instructions and
 * CDATA (SAML Core 2.0 §4.1 forbids none of them, every attack on parsers needs one), ASCII names,
 * UTF-8 only. Everything else that is read later is a view of this one tree.
 *
 * @throws XmlError with the cause
 */
export const scanXml = (bytes: Buffer): XmlDocument => readDocument(decode(bytes))

/**
 * Scans a canonical form as scanXml() would. Its characters are not looked at again: they are those
 * of the document that it is of, or what C14N writes for them. Only `]]>` can be new, where an
 * attribute value has a reference for the last of the three.
 *
 * @throws XmlError with the cause
 */
export function scanCanonical({ bytes, utf8 }: CanonicalForm): XmlElement {
  refuseSectionEnd(utf8)
  loadBytes(bytes)
  return readDocument(cursorOf(utf8)).root
}

function readDocument(cursor: Cursor): XmlDocument {
  const end = trimmedLength(cursor.xml.length)
  // So no read goes behind the end: after one that did, V8 13.6 checks for it each time.
  if (end === 0 || byteAt(end - 1) !== code.greaterThan) throw malformed('unexpected end')
  skipDeclaration(cursor)
  skipSpace(cursor)
  if (current(cursor) !== code.lessThan) throw malformed('no root element')
  const root = readTree(cursor)
  if (cursor.position !== end) throw malformed('content after the root element')
  return { root, elements: cursor.elements }
}

/**
 * UTF-8 is scanned as it is: all that has a meaning in XML is ASCII, and no byte of another
 * character is. A string of its bytes is searched and cut faster than one of two-byte characters,
 * and all documents being of one kind, the scanner is optimized for it (V8 13.6).
 */
function decode(bytes: Buffer): Cursor {
  const isAsciiOnly = isAscii(bytes)
  if (!isAsciiOnly && !isUtf8(bytes)) throw new XmlError('xml_not_utf8', 'not UTF-8')
  const utf8 = bytes.toString('latin1')
  checkCharacters(utf8, isAsciiOnly)
  if (!utf8.includes('\r')) {
    loadBytes(bytes)
    return cursorOf(utf8)
  }
  // Line ends become newlines before anything is read (XML 1.0 §2.11).
  const normalized = utf8.replace(/\r\n?/g, '\n')
  loadBytes(Buffer.from(normalized, 'latin1'))
  return cursorOf(normalized)
}

const BYTE_ORDER_MARK = '\xef\xbb\xbf'
const DECLARATION = new RegExp(
  '^<\\?xml[ \\t\\n]+version=(?:"1\\.0"|\'1\\.0\')' +
    '(?:[ \\t\\n]+encoding=(?:"utf-8"|\'utf-8\'|"UTF-8"|\'UTF-8\'))?' +
    '(?:[ \\t\\n]+standalone=(?:"yes"|"no"|\'yes\'|\'no\'))?[ \\t\\n]*\\?>',
)

/** Moves behind a byte order mark and the XML declaration, the one `<?` that may occur. */
function skipDeclaration(cursor: Cursor) {
  const { xml } = cursor
  if (xml.startsWith(BYTE_ORDER_MARK)) cursor.position = BYTE_ORDER_MARK.length
  if (!xml.startsWith('<?xml', cursor.position)) return
  const declaration = DECLARATION.exec(xml.slice(cursor.position, cursor.position + 200))
  if (!declaration) throw malformed('XML declaration')
  cursor.position += declaration[0].length
}

import { byteAt, code, isNamePartAt, ncNameEnd, spaceEnd } from './characters.ts'
import { knownName } from './known-names.ts'
import { XmlError } from './xml-error.ts'
import type { Attribute, XmlElement } from './xml-tree.ts'

/** A QName and its parts (Namespaces in XML 1.0 §4). */
export type Name = { name: string; prefix: string; local: string }

/** Where the scanner is in a document. */
export type Cursor = {
  /** The document in UTF-8 with normalized line ends; `xml` has each byte as one character. */
  readonly bytes: Buffer
  readonly view: DataView
  readonly xml: string
  /** Whether there is any tab or newline, so that attribute values need to be looked at. */
  readonly hasBreaks: boolean
  position: number
  /** All elements so far, in document order. */
  readonly elements: XmlElement[]
  /** The last element at each depth: siblings and cousins often have the same start tag. */
  readonly lastAtDepth: XmlElement[]
  /** The last attribute, and where it is: names repeat, and need not be cut out again. */
  attribute: Attribute
  attributeStart: number
  /** Where the next `<` and `&` are, or were: see nextLessThan(), hasReference(). */
  lessThan: number
  ampersand: number
  /** The same for the next byte that is not ASCII; the length if there is none at all. */
  moreThanAscii: number
}

const NO_ATTRIBUTE: Attribute = {
  name: '',
  prefix: '',
  local: '',
  namespace: '',
  raw: '',
  isPlain: true,
}

export const cursorOf = (bytes: Buffer, xml: string, isAscii: boolean): Cursor => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  xml,
  hasBreaks: xml.includes('\n') || xml.includes('\t'),
  position: 0,
  elements: [],
  lastAtDepth: [],
  attribute: NO_ATTRIBUTE,
  attributeStart: 0,
  lessThan: -1,
  ampersand: -1,
  moreThanAscii: isAscii ? xml.length : -1,
})

export const malformed = (what: string) => new XmlError('xml_not_well_formed', what)

/** The byte at the cursor. */
export const current = ({ bytes, position }: Cursor) => byteAt(bytes, position)

/**
 * Where the next `<` is from there on, or the length. A native search is faster than a loop over
 * more than four characters (V8 13.6), and one search serves all who ask before its place.
 */
export function nextLessThan(cursor: Cursor, from: number): number {
  if (cursor.lessThan < from) cursor.lessThan = indexOrLength(cursor.xml, '<', from)
  return cursor.lessThan
}

/** Whether a reference stands between the two places. */
export function hasReference(cursor: Cursor, from: number, to: number): boolean {
  if (cursor.ampersand < from) cursor.ampersand = indexOrLength(cursor.xml, '&', from)
  return cursor.ampersand < to
}

/** Whether any byte between the two places is not ASCII. */
export function hasMoreThanAscii(cursor: Cursor, from: number, to: number): boolean {
  if (cursor.moreThanAscii < from) {
    MORE_THAN_ASCII.lastIndex = from
    cursor.moreThanAscii = MORE_THAN_ASCII.exec(cursor.xml)?.index ?? cursor.xml.length
  }
  return cursor.moreThanAscii < to
}

const MORE_THAN_ASCII = /[^\0-\x7f]/g

function indexOrLength(xml: string, character: string, from: number): number {
  const at = xml.indexOf(character, from)
  return at < 0 ? xml.length : at
}

/**
 * Whether the same bytes stand at both places, the second of which is the later one. Eight a step:
 * comparing elements of a typed array costs 25 instructions for each (V8 13.6).
 */
export function isRepeated(cursor: Cursor, first: number, second: number, length: number): boolean {
  const { bytes, view } = cursor
  if (second + length > bytes.length) return false
  const last = length - 8
  if (last < 0) return areFewRepeated(bytes, first, second, length)
  for (let i = 0; i < last; i += 8) {
    if (view.getBigInt64(first + i) !== view.getBigInt64(second + i)) return false
  }
  // The last eight, some of them for the second time.
  return view.getBigInt64(first + last) === view.getBigInt64(second + last)
}

function areFewRepeated(bytes: Uint8Array, first: number, second: number, length: number) {
  for (let i = 0; i < length; i++) if (bytes[first + i] !== bytes[second + i]) return false
  return true
}

const { colon } = code

/** Whether the QName at the cursor is the one at `start`; if so, the cursor is left behind it. */
export function skipName(cursor: Cursor, start: number, length: number): boolean {
  const { bytes, position } = cursor
  const end = position + length
  const isSame =
    length > 0 &&
    isRepeated(cursor, start, position, length) &&
    !isNamePartAt(bytes, end) &&
    byteAt(bytes, end) !== colon
  if (isSame) cursor.position = end
  return isSame
}

/** Reads a QName and leaves the cursor behind it. */
export function readName(cursor: Cursor): Name {
  const { xml, bytes, view, position: start } = cursor
  const firstEnd = ncNameEnd(bytes, start)
  const hasPrefix = byteAt(bytes, firstEnd) === colon
  const localStart = hasPrefix ? firstEnd + 1 : start
  const end = hasPrefix ? ncNameEnd(bytes, localStart) : firstEnd
  if (firstEnd === start || end === localStart) throw malformed('name')
  cursor.position = end
  const local = knownName(view, localStart, end) ?? xml.slice(localStart, end)
  if (!hasPrefix) return { name: local, prefix: '', local }
  const prefix = knownName(view, start, firstEnd) ?? xml.slice(start, firstEnd)
  return { name: xml.slice(start, end), prefix, local }
}

/** Skips white space; tells whether there was any. */
export function skipSpace(cursor: Cursor): boolean {
  const { position } = cursor
  cursor.position = spaceEnd(cursor.bytes, position)
  return cursor.position > position
}

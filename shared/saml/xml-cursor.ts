import { code } from './characters.ts'
import { knownName, type Name } from './known-names.ts'
import { byteAt, isNamePartAt, isRepeated, ncNameEnd, spaceEnd } from './scanned-bytes.ts'
import { XmlError } from './xml-error.ts'
import type { Attribute, XmlElement } from './xml-tree.ts'

/** Where the scanner is in the document that scanned-bytes.ts has. */
export type Cursor = {
  /** Each byte of the document as one character. */
  readonly xml: string
  position: number
  /** All elements so far, in document order. */
  readonly elements: XmlElement[]
  /** The last element at each depth: siblings and cousins often have the same start tag. */
  readonly lastAtDepth: XmlElement[]
  /** The last attribute, and where it is: names repeat, and need not be cut out again. */
  attribute: Attribute
  attributeStart: number
}

const NO_ATTRIBUTE: Attribute = {
  name: '',
  prefix: '',
  local: '',
  namespace: '',
  raw: '',
  isPlain: true,
}

export const cursorOf = (xml: string): Cursor => ({
  xml,
  position: 0,
  elements: [],
  lastAtDepth: [],
  attribute: NO_ATTRIBUTE,
  attributeStart: 0,
})

export const malformed = (what: string) => new XmlError('xml_not_well_formed', what)

/** The byte at the cursor. */
export const current = ({ position }: Cursor) => byteAt(position)

const { colon } = code

/** Whether the QName at the cursor is the one at `start`; if so, the cursor is left behind it. */
export function skipName(cursor: Cursor, start: number, length: number): boolean {
  const { position } = cursor
  const end = position + length
  const isSame =
    length > 0 && isRepeated(start, position, length) && !isNamePartAt(end) && byteAt(end) !== colon
  if (isSame) cursor.position = end
  return isSame
}

/** Reads a QName and leaves the cursor behind it. */
export function readName(cursor: Cursor): Name {
  const { position: start } = cursor
  const firstEnd = ncNameEnd(start)
  const hasPrefix = byteAt(firstEnd) === colon
  const localStart = hasPrefix ? firstEnd + 1 : start
  const end = hasPrefix ? ncNameEnd(localStart) : firstEnd
  if (firstEnd === start || end === localStart) throw malformed('name')
  cursor.position = end
  return knownName(start, end) ?? cutName(cursor, start, localStart, end)
}

function cutName({ xml }: Cursor, start: number, localStart: number, end: number): Name {
  const local = knownName(localStart, end)?.local ?? xml.slice(localStart, end)
  if (localStart === start) return { name: local, prefix: '', local }
  const prefix = knownName(start, localStart - 1)?.local ?? xml.slice(start, localStart - 1)
  return { name: xml.slice(start, end), prefix, local }
}

/** Skips white space; tells whether there was any. */
export function skipSpace(cursor: Cursor): boolean {
  const { position } = cursor
  cursor.position = spaceEnd(position)
  return cursor.position > position
}

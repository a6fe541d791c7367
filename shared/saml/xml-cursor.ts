import { code, isNamePart, isNameStart, isSpace } from './characters.ts'
import { XmlError } from './xml-error.ts'
import type { XmlElement } from './xml-tree.ts'

/** A QName and its parts (Namespaces in XML 1.0 §4). */
export type Name = { name: string; prefix: string; local: string; start: number }

/** Where the scanner is in a document. */
export type Cursor = {
  readonly xml: string
  /** The code units of `xml`: reading one from a typed array is twice as fast as charCodeAt(). */
  readonly units: Uint8Array | Uint16Array
  position: number
  depth: number
  /** All elements so far, in document order. */
  readonly elements: XmlElement[]
  /** The last name of each kind: names repeat, and a name that is not cut out again is free. */
  elementName: Name
  attributeName: Name
}

const NO_NAME: Name = { name: '', prefix: '', local: '', start: 0 }

export const cursorOf = (
  xml: string,
  units: Uint8Array | Uint16Array,
  position: number,
): Cursor => ({
  xml,
  units,
  position,
  depth: 0,
  elements: [],
  elementName: NO_NAME,
  attributeName: NO_NAME,
})

export const malformed = (what: string) => new XmlError('xml_not_well_formed', what)

/** The code unit at the cursor; -1 at the end of the document. */
export const current = ({ units, position }: Cursor) => units[position] ?? -1

export function readElementName(cursor: Cursor): Name {
  cursor.elementName = readName(cursor, cursor.elementName)
  return cursor.elementName
}

export function readAttributeName(cursor: Cursor): Name {
  cursor.attributeName = readName(cursor, cursor.attributeName)
  return cursor.attributeName
}

/** Reads a QName and leaves the cursor behind it. */
function readName(cursor: Cursor, last: Name): Name {
  const { xml, units, position: start } = cursor
  const firstEnd = ncNameEnd(units, start)
  const hasPrefix = units[firstEnd] === code.colon
  const end = hasPrefix ? ncNameEnd(units, firstEnd + 1) : firstEnd
  cursor.position = end
  const length = end - start
  if (length === last.name.length && isRepeated(units, last.start, start, length)) return last
  const name = xml.slice(start, end)
  if (!hasPrefix) return { name, prefix: '', local: name, start }
  const prefix = xml.slice(start, firstEnd)
  return { name, prefix, local: xml.slice(firstEnd + 1, end), start }
}

function ncNameEnd(units: Uint8Array | Uint16Array, start: number): number {
  if (!isNameStart(units[start] ?? -1)) throw malformed('name')
  let at = start + 1
  while (isNamePart(units[at] ?? -1)) at++
  return at
}

/** Whether the same characters stand at both places. */
export function isRepeated(
  units: Uint8Array | Uint16Array,
  at: number,
  again: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (units[at + i] !== units[again + i]) return false
  return true
}

/** Skips white space; tells whether there was any. */
export function skipSpace(cursor: Cursor): boolean {
  const start = cursor.position
  while (isSpace(current(cursor))) cursor.position++
  return cursor.position > start
}

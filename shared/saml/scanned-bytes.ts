import { XmlError } from './xml-error.ts'

/** More than any document that we scan: a canonical form may be longer than what it is of. */
const CAPACITY = 2 * 1024 * 1024
/** Behind the document: the names of keepName(). */
const NAMES_CAPACITY = 8 * 1024

/**
 * The document that is being scanned, in UTF-8 with normalized line ends, and a zero behind it.
 *
 * One array for all documents, never two at a time: V8 13.6 compiles its address and length into
 * the scanner, which makes a look-up 3 instructions instead of 25. What an earlier document left
 * behind the zero is never reached: no document has a zero, and all that reads on stops at one.
 */
const bytes = new Uint8Array(CAPACITY + NAMES_CAPACITY)
const view = new DataView(bytes.buffer)
let namesEnd = CAPACITY

/** Takes in a document without zeros, for what is below to read; trees do not refer to it. */
export function loadBytes(document: Uint8Array) {
  const { length } = document
  if (length >= CAPACITY) throw new XmlError('xml_limit', 'too long')
  bytes.set(document)
  bytes[length] = 0
}

/** Keeps a name for comparisons with what is in the document; tells where. */
export function keepName(name: string): number {
  const start = namesEnd
  namesEnd += new TextEncoder().encodeInto(name, bytes.subarray(start)).written
  if (namesEnd - start < name.length) throw new Error('no room for another name')
  return start
}

const NAME_START = 1
const NAME_PART = 2
const SPACE = 4
const PLAIN_TEXT = 8
const PLAIN_VALUE = 16

/** What each byte may be, as bits: one look-up instead of many comparisons. */
const classes = new Uint8Array(256)
/** ASCII only: no name of SAML or XML Signature has any other character. */
classify(/[A-Za-z_]/, NAME_START | NAME_PART)
classify(/[0-9.-]/, NAME_PART)
/** Carriage returns have been normalized. */
classify(/[ \t\n]/, SPACE)
/** ASCII that C14N writes as it is: in character data, and in attribute values. */
classify(/[^<>&\0\r\x80-\xff]/, PLAIN_TEXT)
classify(/[^<"&\0\t\n\r\x80-\xff]/, PLAIN_VALUE)

function classify(members: RegExp, bits: number) {
  for (const [byte, known] of classes.entries()) {
    if (members.test(String.fromCharCode(byte))) classes[byte] = known | bits
  }
}

/** The byte there; 0 right behind the end. */
export const byteAt = (at: number) => bytes[at] ?? 0

const isClassAt = (at: number, bits: number) => ((classes[bytes[at] ?? 0] ?? 0) & bits) !== 0

/** Whether a name would go on there. */
export const isNamePartAt = (at: number) => isClassAt(at, NAME_PART)

/** Where the NCName that begins here ends; `start` if none does. */
export function ncNameEnd(start: number): number {
  if (!isClassAt(start, NAME_START)) return start
  let at = start + 1
  while (isClassAt(at, NAME_PART)) at++
  return at
}

/** Where the white space that begins here ends. */
export function spaceEnd(start: number): number {
  let at = start
  while (isClassAt(at, SPACE)) at++
  return at
}

/** Where the character data that begins here ends, or has what is not plain in it. */
export function plainTextEnd(start: number): number {
  let at = start
  while (isClassAt(at, PLAIN_TEXT)) at++
  return at
}

/** Where the attribute value in double quotes that begins here ends, or is not plain. */
export function plainValueEnd(start: number): number {
  let at = start
  while (isClassAt(at, PLAIN_VALUE)) at++
  return at
}

/** The length without the white space at the end. */
export function trimmedLength(length: number): number {
  let end = length
  while (end > 0 && isClassAt(end - 1, SPACE)) end--
  return end
}

/**
 * Whether the same bytes stand at both places, the first of which holds as many and no zero. So it
 * ends at the latest where the document does, or seven bytes on: eight are compared at a time.
 */
export function isRepeated(first: number, second: number, length: number): boolean {
  const last = length - 8
  if (last < 0) return areFewRepeated(first, second, length)
  for (let i = 0; i < last; i += 8) {
    if (view.getBigInt64(first + i, true) !== view.getBigInt64(second + i, true)) return false
  }
  // The last eight, some of them for the second time.
  return view.getBigInt64(first + last, true) === view.getBigInt64(second + last, true)
}

function areFewRepeated(first: number, second: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[first + i] !== bytes[second + i]) return false
  return true
}

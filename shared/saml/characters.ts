import { XmlError } from './xml-error.ts'

/** Codes that the scanner compares with. */
export const code = {
  tab: 9,
  newline: 10,
  space: 32,
  doubleQuote: 34,
  apostrophe: 39,
  slash: 47,
  colon: 58,
  lessThan: 60,
  equals: 61,
  greaterThan: 62,
} as const

export const isSpace = (c: number) => c === code.space || c === code.newline || c === code.tab

const NAME_START = 1
const NAME_PART = 2

/** ASCII only: no name of SAML or XML Signature has any other character. */
const nameClasses = new Uint8Array(128)
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') {
  nameClasses[c.charCodeAt(0)] = NAME_START | NAME_PART
}
for (const c of '0123456789.-') nameClasses[c.charCodeAt(0)] = NAME_PART

export const isNameStart = (c: number) => ((nameClasses[c] ?? 0) & NAME_START) !== 0
export const isNamePart = (c: number) => (nameClasses[c] ?? 0) !== 0

const REFERENCE = /&(?:amp|lt|gt|quot|apos|#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7});/y

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
const NO_CHARACTER = /[\0-\x08\x0b-\x1f\ufffe\uffff]/

/**
 * Checks the characters of a whole document at once, so that the scanner need not look at each:
 * what XML 1.0 §2.2 does not call a character, references other than the predefined ones (§4.1),
 * and `]]>`, which may not stand in character data (§2.4) and which nobody needs elsewhere. Lone
 * surrogates cannot occur: the text was decoded from valid UTF-8.
 *
 * @throws XmlError with the cause
 */
export function checkCharacters(xml: string): void {
  if (NO_CHARACTER.test(xml)) throw new XmlError('xml_character', 'control character')
  if (xml.includes(']]>')) throw new XmlError('xml_not_well_formed', ']]> in character data')
  for (let at = xml.indexOf('&'); at >= 0; at = xml.indexOf('&', at + 1)) {
    REFERENCE.lastIndex = at
    const [reference] = REFERENCE.exec(xml) ?? []
    if (!reference) {
      throw new XmlError('xml_forbidden_construct', 'only predefined entities are allowed')
    }
    decodeReference(reference)
  }
}

const named: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

/** Replaces character references and predefined entities (XML 1.0 §4.1, §4.6) in checked text. */
export const decodeReferences = (raw: string) =>
  raw.includes('&') ? raw.replace(/&[^;]*;/g, decodeReference) : raw

function decodeReference(reference: string): string {
  const isHex = reference.startsWith('&#x')
  const isNumber = isHex || reference.startsWith('&#')
  if (!isNumber) return named[reference] ?? ''
  const digits = reference.slice(isHex ? 3 : 2, -1)
  const point = Number.parseInt(digits, isHex ? 16 : 10)
  if (!isCharacter(point)) throw new XmlError('xml_character', `character ${point} is not allowed`)
  return String.fromCodePoint(point)
}

/** Char of XML 1.0 §2.2. */
const isCharacter = (point: number) =>
  point === 9 ||
  point === 10 ||
  point === 13 ||
  (point >= 0x20 && point <= 0xd7ff) ||
  (point >= 0xe000 && point <= 0xfffd) ||
  (point >= 0x10000 && point <= 0x10ffff)

const textEscapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
}
const attributeEscapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** Character data as canonical XML writes it (C14N 1.0 §2.3, text nodes). */
export const escapeText = (text: string) => text.replace(/[&<>\r]/g, (c) => textEscapes[c] ?? c)

/** An attribute value as canonical XML writes it (C14N 1.0 §2.3, attribute nodes). */
export const escapeAttribute = (value: string) =>
  value.replace(/[&<"\t\n\r]/g, (c) => attributeEscapes[c] ?? c)

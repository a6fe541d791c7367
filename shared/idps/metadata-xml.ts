import { isUtf8 } from 'node:buffer'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal, type XmlCause } from '../saml/errors.ts'
import { scanXml } from '../saml/scan.ts'
import { XmlError } from '../saml/xml-error.ts'
import type { XmlElement } from '../saml/xml-tree.ts'

/** Largest document that is read, in bytes (R8). */
export const METADATA_LIMIT = 1024 * 1024

/**
 * Scans a metadata document with the one scanner that we have: what it refuses in a response, it
 * refuses here, but for comments and processing instructions, which are taken out before.
 */
export function scanMetadata(bytes: Buffer): Result<XmlElement, Refusal<XmlCause>> {
  if (bytes.length > METADATA_LIMIT) return fail(refusal('xml_too_large'))
  if (!isUtf8(bytes)) return fail(refusal('xml_not_utf8'))
  try {
    return ok(scanXml(Buffer.from(withoutComments(bytes.toString('utf8')))).root)
  } catch (error) {
    if (error instanceof XmlError) return fail(refusal(error.xmlCause, { got: error.message }))
    throw error
  }
}

const DECLARATION = /^\uFEFF?<\?xml\s[^>]*>/
const COMMENT = /<!--(?:[^-]|-[^-])*-->/
const INSTRUCTION = /<\?(?!xml[\s?])[\s\S]*?\?>/
const TAG = /<(?![!?])(?:[^<>"']|"[^<"]*"|'[^<']*')*>/
const TEXT = /[^<]+/
const TOKENS = new RegExp(
  `(${COMMENT.source}|${INSTRUCTION.source})|${TAG.source}|${TEXT.source}`,
  'gy',
)

/**
 * Takes out comments and processing instructions, which metadata of providers may have and our
 * scanner refuses. It goes from token to token, so that nothing is taken out of a tag; DOCTYPE and
 * CDATA, which could hide a comment's delimiters, are none.
 */
function withoutComments(xml: string): string {
  const [declaration = ''] = DECLARATION.exec(xml) ?? []
  const rest = xml.slice(declaration.length)
  const kept = [declaration]
  let end = 0
  for (const match of rest.matchAll(TOKENS)) {
    const [token, omitted] = match
    end = match.index + token.length
    if (omitted === undefined) kept.push(token)
  }
  if (end === rest.length) return kept.join('')
  const isForbidden = /^<[!?]/.test(rest.slice(end, end + 2))
  throw new XmlError(
    isForbidden ? 'xml_forbidden_construct' : 'xml_not_well_formed',
    rest.slice(end, end + 20),
  )
}

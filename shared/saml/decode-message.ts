import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from './base64.ts'
import { type Refusal, refusal, type XmlCause } from './errors.ts'
import { limits } from './xml-tree.ts'

/** The bytes of a message that was posted (SAML Bindings 2.0 §3.5.4), of bounded length. */
export function decodeMessage(field: string): Result<Buffer, Refusal<XmlCause>> {
  const bytes = decodeBase64(field)
  if (!bytes) return fail(refusal('xml_not_base64'))
  return bytes.length > limits.bytes ? fail(refusal('xml_too_large')) : ok(bytes)
}

import { type KeyObject, X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from '../saml/base64.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { toSeconds } from '../time.ts'
import type { SigningKey } from './types.ts'

/** Why a text is not a certificate whose key may verify signatures. */
export type CertificateCause =
  | 'certificate_malformed'
  | 'certificate_several'
  | 'certificate_key_type'
  | 'certificate_key_length'

/** In characters; the certificate of a 16,384-bit key has 6,000. */
const MAX_LENGTH = 64 * 1024

const MIN_MODULUS_BITS = 2048

/**
 * Reads a certificate as admins paste and providers publish it: PEM, with or without text around
 * it, or the base64 of its DER in lines of any length. Neither its issuer nor its validity is
 * judged: the key is trusted because it is configured (SAML V2.0 Metadata Interoperability Profile
 * 1.0 §2.6.1).
 */
export function readCertificate(text: string): Result<SigningKey, Refusal<CertificateCause>> {
  if (text.length > MAX_LENGTH) return fail(refusal('certificate_malformed'))
  const blocks = [...text.matchAll(PEM)]
  if (blocks.length > 1) return fail(refusal('certificate_several', { got: `${blocks.length}` }))
  const bytes = decodeBase64(blocks[0]?.[1] ?? text)
  const certificate = bytes && parse(bytes)
  if (!certificate) return fail(refusal('certificate_malformed'))
  const refused = refuseKey(certificate.publicKey)
  return refused ? fail(refused) : ok(signingKey(certificate))
}

/** RFC 7468 §5.1, and the label that OpenSSL wrote before. */
const PEM = /-----BEGIN (?:X509 )?CERTIFICATE-----([^-]*)-----END (?:X509 )?CERTIFICATE-----/g

type Certificate = { x509: X509Certificate; publicKey: KeyObject }

function parse(bytes: Buffer): Certificate | undefined {
  try {
    const x509 = new X509Certificate(bytes)
    const { publicKey } = x509 // a getter, which throws for keys that OpenSSL does not know
    const isWhole = x509.raw.equals(bytes) // OpenSSL passes over what follows the certificate
    return isWhole && !Number.isNaN(x509.validToDate.getTime()) ? { x509, publicKey } : undefined
  } catch {
    return undefined
  }
}

function refuseKey(publicKey: KeyObject): Refusal<CertificateCause> | undefined {
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails: details } = publicKey
  if (asymmetricKeyType !== 'rsa') {
    return refusal('certificate_key_type', { got: asymmetricKeyType, want: 'rsa' })
  }
  const bits = details?.modulusLength ?? 0
  if (bits >= MIN_MODULUS_BITS) return undefined
  return refusal('certificate_key_length', { got: `${bits}`, want: `${MIN_MODULUS_BITS}` })
}

const signingKey = ({ x509, publicKey }: Certificate): SigningKey => ({
  fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
  spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  notAfter: toSeconds(x509.validToDate.getTime()),
})

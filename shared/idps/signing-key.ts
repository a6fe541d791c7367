import { type AsymmetricKeyDetails, type KeyObject, X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from '../saml/base64.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { curves, MIN_MODULUS_BITS } from '../saml/signature-value.ts'
import { toSeconds } from '../time.ts'
import type { SigningKey } from './types.ts'

/** Why something is not a certificate whose key may verify signatures. */
export type CertificateCause =
  | 'certificate_malformed'
  | 'certificate_several'
  | 'certificate_key_type'
  | 'certificate_key_length'

/** In characters or bytes; the certificate of a 16,384-bit key has 6,000. */
const MAX_LENGTH = 64 * 1024

/**
 * Reads a certificate as admins paste or upload and providers publish it: PEM, with or without text
 * around it, the base64 of its DER in lines of any length, or DER. Its key must be RSA of 2048 bits
 * or more, or EC on P-256 or P-384; one restricted to PSS (id-RSASSA-PSS) is refused, as an RSA key
 * verifies PSS as well. Neither issuer nor validity is judged: the key is trusted because it is
 * configured (SAML V2.0 Metadata Interoperability Profile 1.0 §2.6.1).
 */
export function readCertificate(
  input: string | Buffer,
): Result<SigningKey, Refusal<CertificateCause>> {
  if (input.length > MAX_LENGTH) return fail(refusal('certificate_malformed'))
  if (typeof input !== 'string') {
    return isDer(input) ? readDer(input) : readCertificate(input.toString('latin1'))
  }
  const blocks = [...input.matchAll(PEM)]
  if (blocks.length > 1) return fail(refusal('certificate_several', { got: `${blocks.length}` }))
  return readDer(decodeBase64(blocks[0]?.[1] ?? input))
}

/** A SEQUENCE whose length takes more than one byte: neither PEM nor base64 begins so. */
const isDer = ([tag, length = 0]: Buffer) => tag === 0x30 && length >= 0x80

function readDer(bytes: Buffer | undefined): Result<SigningKey, Refusal<CertificateCause>> {
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
    return isWhole && hasDates(x509) ? { x509, publicKey } : undefined
  } catch {
    return undefined
  }
}

const hasDates = ({ validFromDate, validToDate }: X509Certificate) =>
  !Number.isNaN(validFromDate.getTime()) && !Number.isNaN(validToDate.getTime())

const ACCEPTED_KEYS = 'RSA, EC P-256, EC P-384'

function refuseKey(key: KeyObject): Refusal<CertificateCause> | undefined {
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails: details = {} } = key
  if (asymmetricKeyType === 'rsa') return refuseRsa(details)
  const { namedCurve = '' } = details
  const isCurve = curves.has(namedCurve)
  if (isCurve && namesItsCurve(key)) return undefined
  const what = isCurve ? 'explicit parameters' : namedCurve
  const got = `${asymmetricKeyType} ${what}`.trimEnd()
  return refusal('certificate_key_type', { got, want: ACCEPTED_KEYS })
}

function refuseRsa({ modulusLength = 0, publicExponent = 0n }: AsymmetricKeyDetails) {
  if (modulusLength < MIN_MODULUS_BITS) {
    const want = `${MIN_MODULUS_BITS}`
    return refusal('certificate_key_length', { got: `${modulusLength}`, want })
  }
  // Of an exponent of 1 the signature is the padded digest itself (RFC 8017 §3.1: odd, at least 3).
  if (publicExponent >= 3n && publicExponent % 2n === 1n) return undefined
  return refusal('certificate_key_type', { got: `rsa, exponent ${publicExponent}` })
}

/**
 * RFC 5480 §2.1.1 allows no curve written out, as one that only resembles P-256 can be made to fit
 * a foreign key (CVE-2020-0601). Named, the longest has 120 bytes; written out, none is as short.
 */
const namesItsCurve = (key: KeyObject) => spkiOf(key).length <= 120

const spkiOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })

const signingKey = ({ x509, publicKey }: Certificate): SigningKey => ({
  fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
  spki: spkiOf(publicKey).toString('base64'),
  notAfter: toSeconds(x509.validToDate.getTime()),
  notBefore: toSeconds(x509.validFromDate.getTime()),
  keyType: keyTypeOf(publicKey),
  ...subjectOf(x509),
})

function keyTypeOf({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): string {
  if (asymmetricKeyType === 'rsa') return `RSA ${details?.modulusLength}`
  return `EC ${curves.get(details?.namedCurve ?? '')?.label}`
}

const MAX_SUBJECT_LENGTH = 200

/** The common name, the most specific one of several. */
function subjectOf(x509: X509Certificate): { subject?: string } {
  const names: Record<string, string | string[] | undefined> = x509.toLegacyObject().subject
  const subject = [names['CN'] ?? []].flat().at(-1)?.slice(0, MAX_SUBJECT_LENGTH)
  return subject ? { subject } : {}
}

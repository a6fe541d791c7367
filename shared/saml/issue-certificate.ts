import { hash, randomBytes } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import type { Sign } from './sign-message.ts'
import type { CertificateOrder, IssueCertificate } from './sp-certificates.ts'

/** What issuing needs to know and to ask for. */
export type Issuing = {
  /** Host of our public address: people shall recognize the certificate. */
  host: string
  /** SubjectPublicKeyInfo of a key, DER. */
  publicKey: (keyArn: string) => Promise<Uint8Array>
  signerOf: (keyArn: string) => Sign
  /** Epoch milliseconds. */
  now: () => number
}

const DAY_MS = 24 * 3600 * 1000
const LIFETIME_MS = 10 * 365 * DAY_MS

/** sha256WithRSAEncryption; its parameters are NULL (RFC 4055 §5). */
const algorithm = new AlgorithmIdentifier({
  algorithm: '1.2.840.113549.1.1.11',
  parameters: Uint8Array.of(5, 0).buffer,
})

/**
 * Issues X.509 certificates (RFC 5280) of keys that nobody can take out of KMS: a signing key's is
 * self-signed and may issue; an encryption key's, which cannot sign, is issued by a signing key.
 * They begin a day ago, for clocks that are behind, and hold for ten years: providers trust the key
 * because it was configured (SAML V2.0 Metadata Interoperability Profile 1.0 §2.6.1).
 */
export const certificateIssuer =
  ({ host, publicKey, signerOf, now }: Issuing): IssueCertificate =>
  async (order) => {
    const isSigning = order.use === 'signing'
    const spki = parse(await publicKey(order.keyArn), SubjectPublicKeyInfo)
    const subject = nameOf(host, order.use)
    const issuer = isSigning ? { name: subject, spki } : readIssuer(order.issuerCertificate)
    const from = now() - DAY_MS
    const tbs = new TBSCertificate({
      version: Version.v3,
      serialNumber: serialNumber(),
      signature: algorithm,
      issuer: issuer.name,
      validity: new Validity({ notBefore: new Date(from), notAfter: new Date(from + LIFETIME_MS) }),
      subject,
      subjectPublicKeyInfo: spki,
      extensions: extensionsOf(order.use, spki, issuer.spki),
    })
    const sign = signerOf(isSigning ? order.keyArn : order.issuerArn)
    const signature = await sign(Buffer.from(AsnConvert.serialize(tbs)))
    const certificate = new Certificate({
      tbsCertificate: tbs,
      signatureAlgorithm: algorithm,
      signatureValue: bufferOf(signature),
    })
    return Buffer.from(AsnConvert.serialize(certificate)).toString('base64')
  }

function readIssuer(certificate: string) {
  const { tbsCertificate } = parse(Buffer.from(certificate, 'base64'), Certificate)
  return { name: tbsCertificate.subject, spki: tbsCertificate.subjectPublicKeyInfo }
}

const parse = <T>(der: Uint8Array, type: new () => T) => AsnConvert.parse(bufferOf(der), type)

/** Bytes of their own: a Buffer may be a part of a larger one. */
const bufferOf = (bytes: Uint8Array) => new Uint8Array(bytes).buffer

/** 128 random bits behind a 1: positive, and in the shortest form (RFC 5280 §4.1.2.2). */
const serialNumber = () => bufferOf(Buffer.concat([Buffer.of(1), randomBytes(16)]))

const COMMON_NAME = '2.5.4.3'
const ORGANIZATIONAL_UNIT = '2.5.4.11'

/** ub-common-name of RFC 5280, appendix A.1. */
const MAX_NAME_LENGTH = 64

/** Names differ by use: a certificate that names itself as its issuer would count as self-signed. */
function nameOf(host: string, use: CertificateOrder['use']): Name {
  const commonName = part(COMMON_NAME, `Latchkey ${host}`.slice(0, MAX_NAME_LENGTH))
  return new Name(
    use === 'signing' ? [commonName] : [part(ORGANIZATIONAL_UNIT, 'Encryption'), commonName],
  )
}

const part = (type: string, utf8String: string) =>
  new RelativeDistinguishedName([
    new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) }),
  ])

function extensionsOf(
  use: CertificateOrder['use'],
  subject: SubjectPublicKeyInfo,
  issuer: SubjectPublicKeyInfo,
): Extensions {
  const [constraints, usage] =
    use === 'signing'
      ? [
          { cA: true, pathLenConstraint: 0 },
          KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign,
        ]
      : [{}, KeyUsageFlags.keyEncipherment]
  const authority = { keyIdentifier: new KeyIdentifier(keyIdentifier(issuer)) }
  return new Extensions([
    extension(id_ce_basicConstraints, new BasicConstraints(constraints), true),
    extension(id_ce_keyUsage, new KeyUsage(usage), true),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(subject))),
    extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier(authority)),
  ])
}

/** RFC 7093 §2, method 1: the first 160 bits of the SHA-256 of the public key. */
const keyIdentifier = ({ subjectPublicKey }: SubjectPublicKeyInfo) =>
  bufferOf(hash('sha256', new Uint8Array(subjectPublicKey), 'buffer').subarray(0, 20))

const extension = (extnID: string, value: object, critical = false) =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })

/** Namespaces of XML Encryption 1.0 and 1.1, which identifiers begin with. */
export const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'
export const xmlenc11 = 'http://www.w3.org/2009/xmlenc11#'
const xmldsig = 'http://www.w3.org/2000/09/xmldsig#'

/** How an assertion is encrypted, by node:crypto's name. */
export type ContentCipher = {
  name: `aes-${128 | 192 | 256}-${'cbc' | 'gcm'}`
  /** In bytes. */
  keyLength: number
}

/** Identifier → content cipher (XML Encryption 1.1 §5.2); the others are refused (3DES among them). */
export const contentCiphers: ReadonlyMap<string, ContentCipher> = new Map([
  [`${xmlenc}aes128-cbc`, { name: 'aes-128-cbc', keyLength: 16 }],
  [`${xmlenc}aes192-cbc`, { name: 'aes-192-cbc', keyLength: 24 }],
  [`${xmlenc}aes256-cbc`, { name: 'aes-256-cbc', keyLength: 32 }],
  [`${xmlenc11}aes128-gcm`, { name: 'aes-128-gcm', keyLength: 16 }],
  [`${xmlenc11}aes192-gcm`, { name: 'aes-192-gcm', keyLength: 24 }],
  [`${xmlenc11}aes256-gcm`, { name: 'aes-256-gcm', keyLength: 32 }],
])

/** What an administrator should set at the provider where the cipher is none of ours. */
export const preferredCipher = `${xmlenc11}aes256-gcm`

/** How the content key is encrypted for us, by the name that KMS has for it. */
export type KeyTransport = 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256'

/** What an administrator should set at the provider where the key transport is none of ours. */
export const preferredTransport =
  'rsa-oaep-mgf1p with SHA-1, or rsa-oaep (xmlenc11) with SHA-256 and MGF1 with SHA-256'

/** The identifiers that an EncryptionMethod for a key names; undefined: nothing is said. */
type NamedTransport = {
  algorithm: string | undefined
  digest: string | undefined
  /** The mask generation function. */
  mask: string | undefined
}

/** `algorithm digest mask` → key transport. What is not said is SHA-1. */
const keyTransports: ReadonlyMap<string, KeyTransport> = new Map([
  [`${xmlenc}rsa-oaep-mgf1p ${xmldsig}sha1 ${xmlenc11}mgf1sha1`, 'RSAES_OAEP_SHA_1'],
  [`${xmlenc11}rsa-oaep ${xmldsig}sha1 ${xmlenc11}mgf1sha1`, 'RSAES_OAEP_SHA_1'],
  [`${xmlenc11}rsa-oaep ${xmlenc}sha256 ${xmlenc11}mgf1sha256`, 'RSAES_OAEP_SHA_256'],
])

/**
 * The key transport of those names; undefined where it is refused: RSA PKCS #1 v1.5, and OAEP whose
 * digest and mask have different hashes, which KMS does not decrypt. SHA-1 is no weakness here.
 *
 * Source: XML Encryption 1.1 §5.5.1 (rsa-1_5), §5.5.2 (OAEP and its defaults); RFC 8017 §7.1.
 */
export const keyTransportOf = ({
  algorithm,
  digest = `${xmldsig}sha1`,
  mask = `${xmlenc11}mgf1sha1`,
}: NamedTransport): KeyTransport | undefined => keyTransports.get(`${algorithm} ${digest} ${mask}`)

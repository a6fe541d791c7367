/** Identifiers of what we accept; anything else is refused (MD5, HMAC and DSA among it). */
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** How an element is canonicalized; they differ in what it takes over from what surrounds it. */
export type Canonicalization = 'exclusive' | 'inclusive-1.0' | 'inclusive-1.1'

/** Identifier → canonicalization; all without comments (XML Signature 1.1 §6.5). */
export const canonicalizations: ReadonlyMap<string, Canonicalization> = new Map([
  [exclusiveC14n, 'exclusive'],
  ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'inclusive-1.0'],
  ['http://www.w3.org/2006/12/xml-c14n11', 'inclusive-1.1'],
] as const)

/** What RSA-PSS and ECDSA are called in RFC 9231 §2.3; `rsa-pkcs1` is RSASSA-PKCS1-v1_5. */
export type SignatureScheme = 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'

/** By node:crypto's name. */
export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

export type SignatureMethod = { scheme: SignatureScheme; hash: Hash }

/** Whether what SHA-1 is part of may be accepted; it may not where nothing is said. */
export type AlgorithmOptions = { allowsSha1?: boolean | undefined }

const xmldsig = 'http://www.w3.org/2000/09/xmldsig#'
const more2001 = 'http://www.w3.org/2001/04/xmldsig-more#'
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#'
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'

const signatureMethods: ReadonlyMap<string, SignatureMethod> = new Map([
  [`${more2001}rsa-sha256`, { scheme: 'rsa-pkcs1', hash: 'sha256' }],
  [`${more2001}rsa-sha384`, { scheme: 'rsa-pkcs1', hash: 'sha384' }],
  [`${more2001}rsa-sha512`, { scheme: 'rsa-pkcs1', hash: 'sha512' }],
  [`${more2007}sha256-rsa-MGF1`, { scheme: 'rsa-pss', hash: 'sha256' }],
  [`${more2007}sha384-rsa-MGF1`, { scheme: 'rsa-pss', hash: 'sha384' }],
  [`${more2007}sha512-rsa-MGF1`, { scheme: 'rsa-pss', hash: 'sha512' }],
  [`${more2001}ecdsa-sha256`, { scheme: 'ecdsa', hash: 'sha256' }],
  [`${more2001}ecdsa-sha384`, { scheme: 'ecdsa', hash: 'sha384' }],
  [`${more2001}ecdsa-sha512`, { scheme: 'ecdsa', hash: 'sha512' }],
  [`${xmldsig}rsa-sha1`, { scheme: 'rsa-pkcs1', hash: 'sha1' }],
])

const digestMethods: ReadonlyMap<string, Hash> = new Map([
  [`${xmlenc}sha256`, 'sha256'],
  [`${more2001}sha384`, 'sha384'],
  [`${xmlenc}sha512`, 'sha512'],
  [`${xmldsig}sha1`, 'sha1'],
])

/** The SignatureMethod of that identifier; undefined where it is refused (RFC 9231 §2.3). */
export function signatureMethodOf(
  algorithm: string,
  { allowsSha1 = false }: AlgorithmOptions = {},
): SignatureMethod | undefined {
  const method = signatureMethods.get(algorithm)
  return method?.hash === 'sha1' && !allowsSha1 ? undefined : method
}

/** The hash of a DigestMethod; undefined where it is refused (RFC 9231 §2.1). */
export function digestMethodOf(
  algorithm: string,
  { allowsSha1 = false }: AlgorithmOptions = {},
): Hash | undefined {
  const hash = digestMethods.get(algorithm)
  return hash === 'sha1' && !allowsSha1 ? undefined : hash
}

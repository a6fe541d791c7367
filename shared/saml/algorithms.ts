/** Identifiers of what we accept; anything else is refused (SHA-1 and MD5 among it). */
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** A SignatureMethod: the key that it needs and node:crypto's digest name (RFC 6931 §2.3). */
export type SignatureMethod = { keyType: 'rsa'; digest: string }

export const signatureMethods = new Map<string, SignatureMethod>([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { keyType: 'rsa', digest: 'RSA-SHA256' }],
])

/** DigestMethod → node:crypto's name (RFC 6931 §2.1). */
export const digestMethods = new Map([['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256']])

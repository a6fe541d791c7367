import { type KeyObject, sign } from 'node:crypto'
import { SignedXml } from 'xml-crypto'

export type SigningKey = { privateKey: KeyObject; publicKey: KeyObject; certificate: string }

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const ASSERTION = "/*/*[local-name(.)='Assertion']"

/**
 * Signs the assertion of a response: the signature stands behind the Issuer and carries the
 * certificate, as providers send it.
 */
export function signAssertion(
  xml: string,
  { privateKey, certificate }: SigningKey,
  { prefix, inclusivePrefixes }: { prefix: string; inclusivePrefixes: string[] },
): string {
  const signer = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
  })
  signer.SignatureAlgorithms[RSA_SHA256] = RsaSha256
  signer.addReference({
    xpath: ASSERTION,
    transforms: [ENVELOPED, EXCLUSIVE_C14N],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    inclusiveNamespacesPrefixList: inclusivePrefixes,
  })
  const location = { reference: `${ASSERTION}/*[local-name(.)='Issuer']`, action: 'after' } as const
  signer.computeSignature(xml, { prefix, location })
  return withoutNeedlessList(signer.getSignedXml())
}

/** Signs what is left when the needless list is taken out of SignedInfo. */
class RsaSha256 {
  getSignature(canonicalSignedInfo: string, privateKey: KeyObject): string {
    const signedInfo = withoutNeedlessList(canonicalSignedInfo)
    return sign('RSA-SHA256', Buffer.from(signedInfo), privateKey).toString('base64')
  }

  verifySignature(): never {
    throw new Error('this one only signs')
  }

  getAlgorithmName(): string {
    return RSA_SHA256
  }
}

/**
 * xml-crypto 6.3.2 writes the PrefixList into every Transform; the enveloped signature transform
 * takes no parameter (XML Signature 1.1 §6.6.4) and no provider sends one.
 */
const withoutNeedlessList = (xml: string) =>
  xml.replace(/<InclusiveNamespaces [^>]*#enveloped-signature"[^>]*>(<\/InclusiveNamespaces>)?/, '')

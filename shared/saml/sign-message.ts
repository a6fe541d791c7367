import { hash } from 'node:crypto'
import { envelopedSignature, exclusiveC14n } from './algorithms.ts'
import { canonicalBytes } from './canonicalize.ts'
import { escapeAttribute } from './characters.ts'
import { ns } from './namespaces.ts'
import { scanXml } from './scan.ts'
import { attributeOf } from './xml-tree.ts'

/** Signs with our key by RSASSA-PKCS1-v1_5 and SHA-256. */
export type Sign = (bytes: Buffer) => Promise<Buffer>

/** What `Sign` does, as SAML names it (RFC 6931 §2.3.2). */
export const OUR_SIGNATURE_METHOD = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

const DIGEST_METHOD = 'http://www.w3.org/2001/04/xmlenc#sha256'

/**
 * Signs a message of ours as a whole: an enveloped signature behind its Issuer, without KeyInfo, as
 * our metadata names the key.
 *
 * Source: SAML Core 2.0 §5.4; XML Signature 1.1 §3.1; SAML schemas (Signature follows Issuer).
 *
 * @param xml a message with an ID and an Issuer, not signed yet
 */
export async function signMessage(xml: string, sign: Sign): Promise<string> {
  const { root } = scanXml(Buffer.from(xml))
  const issuer = root.children[0]
  const id = attributeOf(root, 'ID')
  if (issuer?.local !== 'Issuer' || id === undefined) throw new Error('a message needs ID, Issuer')
  const digest = hash('sha256', canonicalBytes(root), 'base64')
  const parts = signedInfoParts(id, digest)
  const signedInfo = `<ds:SignedInfo xmlns:ds="${ns.signature}">${parts}</ds:SignedInfo>`
  const value = (await sign(Buffer.from(signedInfo))).toString('base64')
  const signature =
    `<ds:Signature xmlns:ds="${ns.signature}"><ds:SignedInfo>${parts}</ds:SignedInfo>` +
    `<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`
  const bytes = Buffer.from(xml)
  return Buffer.concat([
    bytes.subarray(0, issuer.end),
    Buffer.from(signature),
    bytes.subarray(issuer.end),
  ]).toString()
}

/** The content of SignedInfo, written as exclusive C14N would write it. */
const signedInfoParts = (id: string, digest: string) =>
  `<ds:CanonicalizationMethod Algorithm="${exclusiveC14n}"></ds:CanonicalizationMethod>` +
  `<ds:SignatureMethod Algorithm="${OUR_SIGNATURE_METHOD}"></ds:SignatureMethod>` +
  `<ds:Reference URI="#${escapeAttribute(id)}"><ds:Transforms>` +
  `<ds:Transform Algorithm="${envelopedSignature}"></ds:Transform>` +
  `<ds:Transform Algorithm="${exclusiveC14n}"></ds:Transform></ds:Transforms>` +
  `<ds:DigestMethod Algorithm="${DIGEST_METHOD}"></ds:DigestMethod>` +
  `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`

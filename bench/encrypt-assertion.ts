import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto'

const XMLENC = 'http://www.w3.org/2001/04/xmlenc#'
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#'
const ASSERTION = /<Assertion .*<\/Assertion>/s

/**
 * Encrypts the assertion of a signed response as Microsoft Entra ID does: AES-256-CBC, the key by
 * RSA-OAEP in EncryptedData.
 */
export function encryptAssertion(xml: string, publicKey: KeyObject) {
  const contentKey = randomBytes(32)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', contentKey, iv)
  const [assertion] = ASSERTION.exec(xml) ?? []
  if (!assertion) throw new Error('no assertion to encrypt')
  const content = Buffer.concat([iv, cipher.update(assertion), cipher.final()])
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, contentKey)
  const encrypted = [
    '<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion">',
    `<xenc:EncryptedData xmlns:xenc="${XMLENC}" Type="${XMLENC}Element">`,
    `<xenc:EncryptionMethod Algorithm="${XMLENC}aes256-cbc"/><KeyInfo xmlns="${XMLDSIG}">`,
    `<e:EncryptedKey xmlns:e="${XMLENC}"><e:EncryptionMethod Algorithm="${XMLENC}rsa-oaep-mgf1p">`,
    `<DigestMethod Algorithm="${XMLDSIG}sha1"/></e:EncryptionMethod><e:CipherData>`,
    `<e:CipherValue>${wrapped.toString('base64')}</e:CipherValue></e:CipherData></e:EncryptedKey>`,
    '</KeyInfo><xenc:CipherData>',
    `<xenc:CipherValue>${content.toString('base64')}</xenc:CipherValue></xenc:CipherData>`,
    '</xenc:EncryptedData></EncryptedAssertion>',
  ]
  return { contentKey, xml: xml.replace(ASSERTION, () => encrypted.join('')) }
}

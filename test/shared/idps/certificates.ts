import { generateKeyPairSync } from 'node:crypto'
import { generate } from 'selfsigned'

/**
 * Certificates that differ, of one key: making keys takes long. Base64 of the DER.
 *
 * @param validity epoch seconds
 */
export async function newCertificates(
  count: number,
  validity: { notBefore?: number; notAfter?: number } = {},
): Promise<string[]> {
  const keyPair = rsaKeyPair()
  const { notBefore, notAfter } = validity
  const made: string[] = []
  for (let number = 1; number <= count; number += 1) {
    const { cert } = await generate([{ name: 'commonName', value: `certificate ${number}` }], {
      algorithm: 'sha256',
      keyPair,
      ...(notBefore !== undefined && { notBeforeDate: new Date(notBefore * 1000) }),
      ...(notAfter !== undefined && { notAfterDate: new Date(notAfter * 1000) }),
    })
    made.push(cert.replace(/-----[^-]+-----|\s/g, ''))
  }
  return made
}

function rsaKeyPair() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

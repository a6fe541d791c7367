import { sha256 } from '../secrets.ts'

/** ARNs of our SAML keys, in each list the one in use first. */
export type SpKeys = { signing: readonly string[]; encryption: readonly string[] }

/** Certificates of the same keys in the same order: DER in base64, as KeyInfo has it. */
export type SpCertificates = { signing: readonly string[]; encryption: readonly string[] }

export type CertificateStore = {
  /** Certificates by key name, in the order asked for; undefined where there is none yet. */
  find(keyNames: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Keeps a certificate unless its key has one; answers the one that is kept. */
  keep(keyName: string, certificate: string): Promise<string>
}

/** What a certificate is for: a signing key signs its own, an encryption key cannot sign. */
export type CertificateOrder =
  | { use: 'signing'; keyArn: string }
  | { use: 'encryption'; keyArn: string; issuerArn: string; issuerCertificate: string }

/** Makes a new certificate. */
export type IssueCertificate = (order: CertificateOrder) => Promise<string>

/** What a key's certificate is kept under: derived from its ARN, and hashed. */
export const keyNameOf = (keyArn: string) => sha256(keyArn)

/**
 * Our certificates: read in one round trip, issued and kept where a key has none yet. Of two that
 * issue at once both answer the one that was kept first, so all that is published stays the same.
 * Without `issue`, keys whose certificate nobody has asked for yet are left out.
 */
export async function spCertificates(
  store: CertificateStore,
  { signing, encryption }: SpKeys,
  issue?: IssueCertificate,
): Promise<SpCertificates> {
  const found = await store.find([...signing, ...encryption].map(keyNameOf))
  const kept = {
    signing: found.slice(0, signing.length),
    encryption: found.slice(signing.length),
  }
  if (!issue)
    return { signing: kept.signing.filter(isThere), encryption: kept.encryption.filter(isThere) }
  const complete = async (known: string | undefined, order: CertificateOrder) =>
    known ?? (await store.keep(keyNameOf(order.keyArn), await issue(order)))
  const signers = await Promise.all(
    signing.map((keyArn, index) => complete(kept.signing[index], { use: 'signing', keyArn })),
  )
  const [issuerArn] = signing
  const [issuerCertificate] = signers
  if (issuerArn === undefined || issuerCertificate === undefined) throw new Error('no signing key')
  const issuer = { issuerArn, issuerCertificate }
  const ciphers = encryption.map((keyArn, index) =>
    complete(kept.encryption[index], { use: 'encryption', keyArn, ...issuer }),
  )
  return { signing: signers, encryption: await Promise.all(ciphers) }
}

const isThere = (certificate: string | undefined) => certificate !== undefined

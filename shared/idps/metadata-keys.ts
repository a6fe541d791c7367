import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { ns } from '../saml/namespaces.ts'
import { attributeOf, childrenNamed, leafText, type XmlElement } from '../saml/xml-tree.ts'
import { MAX_KEYS, type SourceWarning } from './metadata-document.ts'
import { METADATA_NAMESPACE } from './metadata-entity.ts'
import { type CertificateCause, readCertificate } from './signing-key.ts'
import type { SigningKey } from './types.ts'

type KeysCause = CertificateCause | 'metadata_signing_key_missing' | 'metadata_too_many_keys'

type Keys = { signingKeys: readonly SigningKey[]; warnings: readonly SourceWarning[] }

/**
 * Reads the keys that a provider signs with, each once and in the order of the document. A
 * certificate that cannot be used is passed over with a warning as long as another one can: some
 * providers publish old ones for as long as a rollover takes.
 *
 * Source: SAML Metadata 2.0 §2.4.1.1 (KeyDescriptor).
 */
export function readSigningKeys(role: XmlElement): Result<Keys, Refusal<KeysCause>> {
  const certificates = signingCertificates(role)
  if (certificates.length > MAX_CERTIFICATES) return tooMany(certificates.length)
  const keys = new Map<string, SigningKey>()
  const warnings: SourceWarning[] = []
  let refused: Refusal<KeysCause> = refusal('metadata_signing_key_missing')
  for (const [index, text] of certificates.entries()) {
    const key = readCertificate(text)
    if (key.ok) {
      keys.set(key.value.fingerprint, key.value)
      continue
    }
    if (warnings.length === 0) refused = key.error
    const field = `certificates[${index}]`
    warnings.push({ code: 'certificate_unusable', field, got: key.error.cause })
  }
  if (keys.size === 0) return fail(refused)
  if (keys.size <= MAX_KEYS) return ok({ signingKeys: [...keys.values()], warnings })
  return tooMany(keys.size)
}

/** Of one role, repeated and useless ones among them: nobody looks through more. */
const MAX_CERTIFICATES = 50

const tooMany = (count: number) =>
  fail(refusal('metadata_too_many_keys', { got: `${count}`, want: `${MAX_KEYS}` }))

/** A descriptor without `use` is for signing and encryption. */
const signingCertificates = (role: XmlElement): readonly string[] =>
  childrenNamed(role, METADATA_NAMESPACE, 'KeyDescriptor')
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenNamed(key, ns.signature, 'KeyInfo'))
    .flatMap((info) => childrenNamed(info, ns.signature, 'X509Data'))
    .flatMap(firstCertificate)

/** What follows the first certificate can only be its issuers, whose keys sign no assertion. */
function firstCertificate(x509: XmlElement): readonly string[] {
  const [certificate] = childrenNamed(x509, ns.signature, 'X509Certificate')
  return certificate ? [leafText(certificate) ?? ''] : []
}

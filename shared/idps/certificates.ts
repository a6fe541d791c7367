import { ok, type Result } from '../result.ts'
import { changeProvider, type Target } from './change-provider.ts'
import { connectionOf, withConnection } from './connections.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import { fieldProblem } from './field-problem.ts'
import { MAX_KEYS } from './metadata-document.ts'
import type { ProviderRecord, ProviderStore } from './ports.ts'
import { readCertificate } from './signing-key.ts'
import type { SigningKey } from './types.ts'

type Store = Pick<ProviderStore, 'find' | 'change'>
type Changed = Promise<Result<ProviderRecord, ProviderRefusal>>

/** Adds a certificate that the provider will sign with, before it does (R9). */
export async function addCertificate(store: Store, target: Target, certificate: string): Changed {
  const key = readCertificate(certificate)
  if (!key.ok) return refused('certificate_refused', [fieldProblem('certificate', key.error)])
  return changeProvider(store, target, (record) => {
    const keys = record.idp.signingKeys
    if (keys.some(isNamed(key.value.fingerprint))) return refused('certificate_known')
    if (keys.length >= MAX_KEYS) return refused('certificates_too_many')
    return ok(withKeys(record, [...keys, key.value]))
  })
}

/** Removes one that the provider does not sign with any more; the last one stays. */
export const removeCertificate = (store: Store, target: Target, fingerprint: string): Changed =>
  changeProvider(store, target, (record) => {
    const keys = record.idp.signingKeys
    if (!keys.some(isNamed(fingerprint))) return refused('certificate_unknown')
    if (keys.length === 1) return refused('certificate_last')
    return ok(
      withKeys(
        record,
        keys.filter((key) => !isNamed(fingerprint)(key)),
      ),
    )
  })

const isNamed =
  (fingerprint: string) =>
  (key: SigningKey): boolean =>
    key.fingerprint === fingerprint

/** A parked change stays parked: it is about more than a certificate. */
function withKeys(record: ProviderRecord, signingKeys: readonly SigningKey[]) {
  const change = withConnection(record, { ...connectionOf(record.idp), signingKeys })
  const { parked, declined } = record.management
  return {
    ...change,
    management: { ...change.management, ...(parked && { parked }), ...(declined && { declined }) },
  }
}

import type { KeyStore } from './key-store.ts'

/** What every operation works on: the keys of one account in one Region, and the clock. */
export type Kms = {
  readonly store: KeyStore
  readonly region: string
  readonly accountId: string
  /** Epoch seconds. */
  readonly now: () => number
}

/** ARN of a resource of this account and Region; `resource` is `key/<id>` or `alias/<name>`. */
export const arnOf = (kms: Kms, resource: string) =>
  `arn:aws:kms:${kms.region}:${kms.accountId}:${resource}`

/** ARN of a key. */
export const keyArn = (kms: Kms, key: { readonly id: string }) => arnOf(kms, `key/${key.id}`)

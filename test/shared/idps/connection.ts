import type { Connection, SigningKey } from '#shared/idps/types.ts'

/** A key that is known by its name alone: what is tested with it verifies nothing. */
export const keyNamed = (fingerprint: string, changed: Partial<SigningKey> = {}): SigningKey => ({
  fingerprint,
  spki: '',
  notAfter: 4_102_444_800,
  ...changed,
})

/** A connection, as its metadata would say it. */
export const connection = (changed: Partial<Connection> = {}): Connection => ({
  entityId: 'https://idp.example',
  singleSignOn: { binding: 'redirect', url: 'https://idp.example/sso' },
  signingKeys: [keyNamed('a')],
  wantsSignedRequests: false,
  ...changed,
})

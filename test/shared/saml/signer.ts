import { sign } from 'node:crypto'
import type { Sign } from '#shared/saml/sign-message.ts'
import type { SigningKey } from '#test/fixtures/saml/keys.ts'

/** Signs as KMS does, with a key of the fixtures. */
export const signer =
  ({ privateKey }: SigningKey): Sign =>
  (bytes) =>
    Promise.resolve(sign('sha256', bytes, privateKey))

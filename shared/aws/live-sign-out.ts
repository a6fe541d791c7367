import type { SignOutPorts } from '../sign-out/ports.ts'
import { epochMilliseconds } from '../time.ts'
import { kmsSamlSigner } from './kms-saml-signer.ts'
import { dynamoSignOuts } from './sign-out-store.ts'
import { dynamoTraces } from './trace-store.ts'

/** The environment that the logout endpoints need. */
export const signOutEnvironment = [
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
  'SAML_SIGNING_KEY_ARNS',
] as const

type Environment = Record<(typeof signOutEnvironment)[number], string>

/** The ports of both logout endpoints; of several signing keys the first one signs. */
export function liveSignOut(environment: Environment): SignOutPorts {
  const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL, SAML_SIGNING_KEY_ARNS } = environment
  const [signingKey = ''] = SAML_SIGNING_KEY_ARNS.split(',')
  return {
    signOuts: dynamoSignOuts(DIRECTORY_TABLE, EPHEMERAL_TABLE),
    sign: kmsSamlSigner(signingKey),
    traces: dynamoTraces(DIRECTORY_TABLE),
    publicUrl: PUBLIC_URL,
    now: epochMilliseconds,
  }
}

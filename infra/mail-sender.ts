import { Fn, type Stack } from 'aws-cdk-lib'
import type { Resources } from './grants.ts'

type Settings = { publicUrl: string; mailFrom?: string }

/** What functions may use, with the sender of our mails: no-reply at our own host by default. */
export function withMail(
  stack: Stack,
  resources: Omit<Resources, 'mail'>,
  { publicUrl, mailFrom }: Settings,
): Resources {
  const from = mailFrom ?? `no-reply@${hostOf(publicUrl)}`
  const resourceName = Fn.select(1, Fn.split('@', from)) // SES knows a sender by its domain
  const identityArn = stack.formatArn({ service: 'ses', resource: 'identity', resourceName })
  const { directory, ephemeral, jwtKeys, adminSessionKey, provisioningQueue, accessQueue } =
    resources
  const { samlSigningKeys, samlEncryptionKeys } = resources
  const { provisioningDeadLetters, relayFailures, accessDeadLetters } = resources
  return {
    ...{ directory, ephemeral, jwtKeys, adminSessionKey, provisioningQueue, accessQueue },
    ...{ samlSigningKeys, samlEncryptionKeys },
    ...{ provisioningDeadLetters, relayFailures, accessDeadLetters },
    mail: { from, identityArn },
  }
}

/** Also where the URL is known only once it is deployed. */
const hostOf = (url: string) => Fn.select(0, Fn.split(':', Fn.select(1, Fn.split('://', url))))

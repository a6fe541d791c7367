import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { clientSettings } from '#shared/aws/client-settings.ts'

/** Makes a key that can sign JWTs as the next generation would, and says its ARN. */
export async function nextJwtKey(): Promise<string> {
  const { KeyMetadata } = await new KMSClient(clientSettings).send(
    new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
  )
  return String(KeyMetadata?.Arn)
}

import assert from 'node:assert/strict'
import { type CreateKeyCommandInput, KMS } from '@aws-sdk/client-kms'
import { startKms } from '#local/kms/server.ts'

/** A running endpoint and the AWS SDK pointed at it; both end with `await using` or `stop`. */
export async function kmsUnderTest(options: Parameters<typeof startKms>[0] = {}) {
  const server = await startKms(options)
  const sdk = new KMS({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  const stop = async () => {
    sdk.destroy()
    await server.stop()
  }
  return { server, sdk, stop, [Symbol.asyncDispose]: stop }
}

export type KmsUnderTest = Awaited<ReturnType<typeof kmsUnderTest>>

/** Creates a key through the SDK and gives its id. */
export async function newKeyId(sdk: KMS, input: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata } = await sdk.createKey(input)
  return present(KeyMetadata?.KeyId)
}

/** The value of a member that the SDK's types call optional. */
export function present<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined)
  return value
}

export const UNKNOWN_KEY_ID = '00000000-0000-4000-8000-000000000000'

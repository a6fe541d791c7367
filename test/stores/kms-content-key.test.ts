import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { kmsContentKey } from '#shared/aws/kms-content-key.ts'
import { kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { runningStack } from '#test/flows/running-stack.ts'

type Hash = 'sha1' | 'sha256'

const kms = new KMSClient({})

async function encryptionKey(): Promise<string> {
  const created = await kms.send(
    new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
  )
  return String(created.KeyMetadata?.Arn)
}

/** What a provider does that has our certificate. */
async function wrap(keyArn: string, contentKey: Buffer, oaepHash: Hash): Promise<Buffer> {
  const key = createPublicKey({
    key: Buffer.from(await kmsPublicKey(keyArn)),
    format: 'der',
    type: 'spki',
  })
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, contentKey)
}

const contentKey = randomBytes(32)
let current: string
let previous: string
before(async () => {
  await runningStack()
  current = await encryptionKey()
  previous = await encryptionKey()
})

describe('kmsContentKey', () => {
  const transports = [
    ['RSAES_OAEP_SHA_1', 'sha1'],
    ['RSAES_OAEP_SHA_256', 'sha256'],
  ] as const
  for (const [transport, hash] of transports) {
    test(`unwraps by the current key and by the previous one: ${transport}`, async () => {
      const unwrap = kmsContentKey([current, previous])
      for (const keyArn of [current, previous]) {
        const wrapped = await wrap(keyArn, contentKey, hash)
        assert.deepEqual(await unwrap(wrapped, transport), contentKey)
      }
    })
  }

  test('answers nothing for what was encrypted to another key', async () => {
    const wrapped = await wrap(previous, contentKey, 'sha256')
    assert.equal(await kmsContentKey([current])(wrapped, 'RSAES_OAEP_SHA_256'), undefined)
    assert.equal(await kmsContentKey([])(wrapped, 'RSAES_OAEP_SHA_256'), undefined)
  })

  test('answers nothing for another hash, noise, or a ciphertext of another length', async () => {
    const unwrap = kmsContentKey([current, previous])
    const wrapped = await wrap(current, contentKey, 'sha256')
    assert.equal(await unwrap(wrapped, 'RSAES_OAEP_SHA_1'), undefined)
    for (const length of [256, 384, 512]) {
      assert.equal(await unwrap(randomBytes(length), 'RSAES_OAEP_SHA_256'), undefined)
    }
  })

  test('throws for a key that is not there or not in use, which is no fault of the provider', async () => {
    const wrapped = await wrap(current, contentKey, 'sha256')
    const missing = current.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')
    const toMissing = kmsContentKey([missing])(wrapped, 'RSAES_OAEP_SHA_256')
    await assert.rejects(toMissing, { name: 'NotFoundException' })
    const disabled = await encryptionKey()
    await kms.send(new DisableKeyCommand({ KeyId: disabled }))
    const toDisabled = kmsContentKey([disabled])(wrapped, 'RSAES_OAEP_SHA_256')
    await assert.rejects(toDisabled, { name: 'DisabledException' })
  })
})

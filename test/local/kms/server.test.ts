import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ListGrantsCommand } from '@aws-sdk/client-kms'
import { startKms } from '#local/kms/server.ts'
import { kmsUnderTest, newKeyId, present } from '#test/local/kms/kms-under-test.ts'

const KEY_ID = '11111111-2222-4333-8444-555555555555'

const post = (url: string, body: string, target = 'TrentService.GenerateRandom') =>
  fetch(url, { method: 'POST', body, headers: { 'x-amz-target': target } })

/** A request whose body never ends. */
function unfinishedPost(url: string, signal: AbortSignal) {
  const start = (controller: ReadableStreamDefaultController) =>
    controller.enqueue(Buffer.from('{'))
  const init = {
    method: 'POST',
    body: new ReadableStream({ start }),
    duplex: 'half',
    signal,
  } as const
  return fetch(url, init)
}

describe('the KMS endpoint', () => {
  test('answers AWS JSON 1.1 with a request id', async () => {
    await using kms = await startKms()
    const response = await post(kms.url, '{"NumberOfBytes":8}')
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.1')
    assert.match(present(response.headers.get('x-amzn-requestid') ?? undefined), /^[\da-f-]{36}$/)
    const { Plaintext } = (await response.json()) as { Plaintext: string }
    assert.equal(Buffer.from(Plaintext, 'base64').length, 8)
  })

  const wrongBodies: [string, string, string][] = [
    ['no JSON', '{"NumberOfBytes":', 'SerializationException'],
    ['an empty body', '', 'SerializationException'],
    ['an array', '[]', 'SerializationException'],
    ['a number', '1', 'SerializationException'],
    ['a null', 'null', 'SerializationException'],
    ['a member of the wrong type', '{"NumberOfBytes":"8"}', 'SerializationException'],
    ['a missing member', '{}', 'ValidationException'],
    ['a member that is null', '{"NumberOfBytes":null}', 'ValidationException'],
  ]
  for (const [what, body, name] of wrongBodies) {
    test(`answers ${name} for ${what}`, async () => {
      await using kms = await startKms()
      const response = await post(kms.url, body)
      assert.equal(response.status, 400)
      const answer = (await response.json()) as { __type: string }
      assert.equal(answer.__type, name)
    })
  }

  test('names the member in a ValidationException as AWS does', async () => {
    await using kms = await startKms()
    const response = await post(kms.url, '{}', 'TrentService.DescribeKey')
    assert.deepEqual(await response.json(), {
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: " +
        'Member must not be null',
    })
  })

  for (const value of ['"not base64!"', '"YQ"', '7']) {
    test(`answers SerializationException for the blob ${value}`, async () => {
      await using kms = await startKms()
      const response = await post(
        kms.url,
        `{"KeyId":"x","Plaintext":${value}}`,
        'TrentService.Encrypt',
      )
      const answer = (await response.json()) as { __type: string }
      assert.equal(answer.__type, 'SerializationException')
    })
  }

  for (const context of ['{"a":1}', '["a"]', '"a"']) {
    test(`answers SerializationException for the encryption context ${context}`, async () => {
      await using kms = await startKms()
      const body = `{"KeyId":"x","Plaintext":"YQ==","EncryptionContext":${context}}`
      const response = await post(kms.url, body, 'TrentService.Encrypt')
      const answer = (await response.json()) as { __type: string }
      assert.equal(answer.__type, 'SerializationException')
    })
  }

  for (const target of ['', 'TrentService.constructor', 'Sign', 'DynamoDB_20120810.GetItem']) {
    test(`answers UnknownOperationException for the target '${target}'`, async () => {
      await using kms = await startKms()
      const response = await post(kms.url, '{}', target)
      assert.equal(response.status, 400)
      const answer = (await response.json()) as { __type: string }
      assert.equal(answer.__type, 'UnknownOperationException')
    })
  }

  test('tells the SDK of an operation it does not have', async () => {
    await using kms = await kmsUnderTest()
    const KeyId = await newKeyId(kms.sdk)
    await assert.rejects(kms.sdk.send(new ListGrantsCommand({ KeyId })), {
      name: 'UnknownOperationException',
    })
  })

  test('takes a body of 256 KiB and refuses one byte more', async () => {
    await using kms = await startKms()
    const limit = 256 * 1024
    const taken = await post(kms.url, '{"NumberOfBytes":8}'.padEnd(limit))
    assert.equal(taken.status, 200)
    await taken.arrayBuffer()
    const refused = await post(kms.url, '{"NumberOfBytes":8}'.padEnd(limit + 1))
    assert.equal(refused.status, 413)
    const answer = (await refused.json()) as { __type: string }
    assert.equal(answer.__type, 'RequestEntityTooLargeException')
  })

  test('tells the SDK that a body is too large, and goes on', async () => {
    await using kms = await kmsUnderTest()
    const KeyId = await newKeyId(kms.sdk)
    const huge = kms.sdk.encrypt({ KeyId, Plaintext: Buffer.alloc(10_000_000) })
    await assert.rejects(huge, { name: 'RequestEntityTooLargeException' })
    await kms.sdk.encrypt({ KeyId, Plaintext: Buffer.from('x') })
  })

  test('goes on when a caller leaves in the middle of a body', async () => {
    await using kms = await startKms()
    const leaving = new AbortController()
    const request = unfinishedPost(kms.url, leaving.signal)
    await post(kms.url, '{}').then((response) => response.arrayBuffer())
    leaving.abort()
    await assert.rejects(request, { name: 'AbortError' })
    const response = await post(kms.url, '{"NumberOfBytes":8}')
    assert.equal(response.status, 200)
    await response.arrayBuffer()
  })

  test('stops without waiting for a caller in the middle of a body', {
    timeout: 30_000,
  }, async (t) => {
    const kms = await startKms()
    const request = unfinishedPost(kms.url, t.signal)
    const refused = assert.rejects(request, { name: 'TypeError', message: 'fetch failed' })
    await post(kms.url, '{}').then((response) => response.arrayBuffer())
    await kms.stop()
    await refused
  })

  test('keeps answering while it makes an RSA key', async () => {
    await using kms = await kmsUnderTest()
    const firstOf = async () => {
      const key = kms.sdk.createKey({ KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY' })
      const random = kms.sdk.generateRandom({ NumberOfBytes: 8 })
      const first = await Promise.race([key.then(() => 'key'), random.then(() => 'random')])
      await Promise.all([key, random])
      return first
    }
    // A key may be found at once, by luck; not time after time.
    let first = await firstOf()
    for (let attempt = 0; attempt < 4 && first === 'key'; attempt++) first = await firstOf()
    assert.equal(first, 'random')
  })

  test('listens on the loopback interface, at the port that was asked for', async () => {
    await using first = await startKms()
    const { hostname, port } = new URL(first.url)
    assert.equal(hostname, '127.0.0.1')
    await assert.rejects(post(`http://127.0.0.2:${port}`, '{}'), { message: 'fetch failed' })
    await assert.rejects(startKms({ port: Number(port) }), { code: 'EADDRINUSE' })
    await first.stop()
    await using second = await startKms({ port: Number(port) })
    assert.equal(second.url, first.url)
  })

  test('can be stopped twice, and answers no more', async () => {
    const kms = await startKms()
    await kms.stop()
    await kms.stop()
    await assert.rejects(post(kms.url, '{}'))
  })
})

describe('ensureKey', () => {
  const signing = { keyId: KEY_ID, keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }

  test('makes the key of that id', async () => {
    await using kms = await kmsUnderTest()
    await kms.server.ensureKey({ ...signing, description: 'JWT signing' })
    const { KeyMetadata } = await kms.sdk.describeKey({ KeyId: KEY_ID })
    assert.equal(KeyMetadata?.KeySpec, 'ECC_NIST_P256')
    assert.equal(KeyMetadata?.Description, 'JWT signing')
  })

  test('keeps the material it finds', async () => {
    await using kms = await kmsUnderTest()
    const publicKey = async () => (await kms.sdk.getPublicKey({ KeyId: KEY_ID })).PublicKey
    await kms.server.ensureKey(signing)
    const made = await publicKey()
    await kms.server.ensureKey(signing)
    assert.deepEqual(await publicKey(), made)
  })

  const refused = [
    ['another spec than the key has', { keySpec: 'ECC_NIST_P384' }, /is ECC_NIST_P256 SIGN_VERIFY/],
    ['a spec that is not offered', { keySpec: 'SM2' }, /^key 1.*enum value set/],
    ['a usage that is not offered', { keyUsage: 'KEY_AGREEMENT' }, /^key 1.*enum value set/],
    ['an id that is none', { keyId: 'a/b' }, /^key a\/b: .*Not a key id/s],
    [
      'a usage the spec does not have',
      { keyId: 'new', keyUsage: 'ENCRYPT_DECRYPT' },
      /^key new: KeyUsage ENCRYPT_DECRYPT is not compatible/,
    ],
  ] as const
  for (const [what, change, message] of refused) {
    test(`throws for ${what}`, async () => {
      await using kms = await startKms()
      await kms.ensureKey(signing)
      await assert.rejects(kms.ensureKey({ ...signing, ...change }), { message })
    })
  }
})

describe('ensureAlias', () => {
  test('makes an alias, keeps it, and moves it to another key', async () => {
    await using kms = await kmsUnderTest()
    const [first, second] = [await newKeyId(kms.sdk), await newKeyId(kms.sdk)]
    const aliasName = 'alias/latchkey/jwt'
    const target = async () => (await kms.sdk.describeKey({ KeyId: aliasName })).KeyMetadata?.KeyId
    kms.server.ensureAlias({ aliasName, targetKeyId: first })
    kms.server.ensureAlias({ aliasName, targetKeyId: first })
    assert.equal(await target(), first)
    const arn = `arn:aws:kms:us-east-1:000000000000:key/${second}`
    kms.server.ensureAlias({ aliasName, targetKeyId: arn })
    assert.equal(await target(), second)
  })

  test('throws for an unknown key and for a name that is none', async () => {
    await using kms = await startKms()
    const alias = { aliasName: 'alias/x', targetKeyId: KEY_ID }
    assert.throws(() => kms.ensureAlias(alias), { message: /^alias alias\/x: Key .* not exist$/ })
    assert.throws(() => kms.ensureAlias({ ...alias, aliasName: 'x' }), { message: /^alias x: / })
  })
})

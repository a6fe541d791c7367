import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { defaultProvider } from '#shared/aws/environment-credentials.ts'

describe('defaultProvider', () => {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const
  const before = names.map((name) => [name, process.env[name]] as const)
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })

  test('reads what Lambda puts into the environment', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'id'
    process.env['AWS_SECRET_ACCESS_KEY'] = 'key'
    process.env['AWS_SESSION_TOKEN'] = 'token'
    assert.deepEqual(await defaultProvider()(), {
      accessKeyId: 'id',
      secretAccessKey: 'key',
      sessionToken: 'token',
    })
  })

  test('leaves out a session token that is not there', async () => {
    delete process.env['AWS_SESSION_TOKEN']
    assert.ok(!('sessionToken' in (await defaultProvider()())))
  })
})

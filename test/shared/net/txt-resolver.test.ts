import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { networkOf } from '#shared/net/network.ts'
import { txtResolver } from '#shared/net/txt-resolver.ts'
import { type DnsServer, dnsServer } from './dns-server.ts'

describe('txtResolver', () => {
  let server: DnsServer
  before(async () => {
    const many = Array.from({ length: 100 }, (_, i) => `value ${i} ${'x'.repeat(100)}`)
    server = await dnsServer({
      'acme.example': { txt: ['v=spf1 -all', ['two ', 'strings']] },
      'empty.example': {},
      'many.example': { txt: many },
      'broken.example': 'servfail',
      'closed.example': 'refused',
      'silent.example': 'silent',
    })
  })
  after(() => server[Symbol.asyncDispose]())

  const ask = (name: string, options: { deadlineMs?: number } = {}) =>
    txtResolver({ LOCAL_DNS_SERVER: server.address }, options)(name)

  test('answers the strings of each record', async () => {
    const answer = await ask('acme.example')
    assert.ok(answer.ok)
    assert.deepEqual(
      new Set(answer.value.map((strings) => strings.join('|'))),
      new Set(['v=spf1 -all', 'two |strings']),
    )
  })

  test('answers what does not fit into a datagram', async () => {
    const answer = await ask('many.example')
    assert.equal(answer.ok && answer.value.length, 100)
  })

  for (const name of ['empty.example', 'nobody.example']) {
    test(`has nothing to answer for ${name}`, async () => {
      assert.deepEqual(await ask(name), { ok: true, value: [] })
    })
  }

  const troubles = [
    ['broken.example', 'server_failure'],
    ['closed.example', 'refused'],
  ] as const
  for (const [name, error] of troubles) {
    test(`says ${error} of ${name}, rather than that nothing is there`, async () => {
      assert.deepEqual(await ask(name), { ok: false, error })
    })
  }

  test('ends in time when the server says nothing', async () => {
    assert.deepEqual(await ask('silent.example', { deadlineMs: 100 }), {
      ok: false,
      error: 'timeout',
    })
    const quick = txtResolver({ LOCAL_DNS_SERVER: server.address }, { timeout: 60, tries: 1 })
    assert.deepEqual(await quick('silent.example'), { ok: false, error: 'timeout' })
  })

  test('says that nobody is there to be asked', async () => {
    const gone = await dnsServer()
    await gone[Symbol.asyncDispose]()
    const answer = await txtResolver({ LOCAL_DNS_SERVER: gone.address })('acme.example')
    assert.ok(!answer.ok)
    assert.match(answer.error, /^(?:unreachable|timeout)$/)
  })

  test('throws what is a bug', async () => {
    const wrong = txtResolver({ LOCAL_DNS_SERVER: server.address })
    await assert.rejects(wrong(undefined as unknown as string), TypeError)
  })
})

test('networkOf asks the DNS server of the local stack for addresses, and then all others', async () => {
  await using server = await dnsServer({ 'acme.example': { a: ['127.0.0.5', '127.0.0.6'] } })
  const environment = { LOCAL_FETCH_CA: 'a certificate', LOCAL_DNS_SERVER: server.address }
  const { resolve, httpsPort } = networkOf({ ...environment, LOCAL_HTTPS_PORT: '8443' })
  assert.deepEqual(new Set(await resolve('acme.example')), new Set(['127.0.0.5', '127.0.0.6']))
  assert.ok((await resolve('localhost')).length > 0)
  assert.equal(httpsPort, 8443)
  assert.equal(networkOf(environment).httpsPort, undefined)
  await assert.rejects(resolve('nobody.invalid'))
})

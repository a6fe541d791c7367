import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LinkRequest, requestLink } from '#shared/admin/request-link.ts'

const now = 1_772_619_330

function desk() {
  const saved: LinkRequest[] = []
  const counts = new Map<string, number>()
  const ports = {
    counter: {
      count(key: string) {
        const count = (counts.get(key) ?? 0) + 1
        counts.set(key, count)
        return Promise.resolve(count)
      },
    },
    requests: {
      save(request: LinkRequest) {
        saved.push(request)
        return Promise.resolve()
      },
    },
  }
  const ask = (email: string, sourceIp = '192.0.2.1', at = now) =>
    requestLink(ports, { email, wish: 'sign-in-link', sourceIp, now: at })
  return { saved, counts, ask }
}

describe('requestLink', () => {
  test('keeps the wish for a quarter of an hour', async () => {
    const { saved, ask } = desk()
    assert.equal(await ask('Ada@Acme.example'), 'taken')
    const expiresAt = now + 900
    assert.deepEqual(saved, [
      { email: 'ada@acme.example', wish: 'sign-in-link', at: now, expiresAt },
    ])
  })

  test('takes five wishes an hour for an address, however it is spelled', async () => {
    const { saved, ask } = desk()
    const ips = [1, 2, 3, 4, 5, 6].map((n) => `192.0.2.${n}`)
    const answers = []
    for (const ip of ips)
      answers.push(await ask(ip.endsWith('2') ? 'ADA@a.example' : 'ada@a.example', ip))
    assert.deepEqual(answers, [...Array<string>(5).fill('taken'), 'too_many'])
    assert.equal(saved.length, 5)
    assert.equal(await ask('ada@a.example', '192.0.2.9', now + 3600), 'taken')
  })

  const networks = [
    ['one address', () => '192.0.2.1'],
    ['one network of IPv6', (n: number) => `2001:db8:0:1::${n.toString(16)}`],
  ] as const
  for (const [name, ipOf] of networks) {
    test(`takes thirty wishes an hour from ${name}`, async () => {
      const { ask } = desk()
      for (let n = 1; n <= 30; n++) assert.equal(await ask(`${n}@a.example`, ipOf(n)), 'taken')
      assert.equal(await ask('31@a.example', ipOf(31)), 'too_many')
    })
  }

  const same = [
    ['2001:db8::1', '2001:0db8:0000:0000:ffff::'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['fe80::1%eth0', 'fe80::2'],
  ] as const
  for (const [one, other] of same) {
    test(`counts ${one} and ${other} together`, async () => {
      const { counts, ask } = desk()
      await ask('a@a.example', one)
      await ask('b@a.example', other)
      assert.ok([...counts].some(([key, count]) => key.startsWith('link-network#') && count === 2))
    })
  }

  test('counts networks apart', async () => {
    const { counts, ask } = desk()
    for (const ip of ['2001:db8:0:1::1', '2001:db8:0:2::1', '192.0.2.1', '192.0.2.2', '::1']) {
      await ask('a@a.example', ip)
    }
    const networks = [...counts.keys()].filter((key) => key.startsWith('link-network#'))
    assert.equal(networks.length, 5)
  })

  test('names nobody in what it counts by', async () => {
    const { counts, ask } = desk()
    await ask('ada@acme.example')
    assert.doesNotMatch([...counts.keys()].join(' '), /ada|acme|192\.0/)
  })
})

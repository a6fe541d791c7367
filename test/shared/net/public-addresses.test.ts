import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPublicAddress } from '#shared/net/public-addresses.ts'

const addresses: readonly (readonly [string, boolean | undefined])[] = [
  ['8.8.8.8', true],
  ['1.1.1.1', true],
  ['100.63.255.255', true],
  ['100.128.0.0', true],
  ['172.15.255.255', true],
  ['172.32.0.0', true],
  ['169.253.255.255', true],
  ['223.255.255.255', true],
  ['2606:4700::1111', true],
  ['2a00:1450:4001:80e::200e', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['10.0.0.1', false],
  ['100.64.0.1', false],
  ['100.100.100.200', false],
  ['127.0.0.1', false],
  ['127.255.255.255', false],
  ['168.63.129.16', false],
  ['169.254.169.254', false],
  ['169.254.170.2', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.0.0.192', false],
  ['192.0.2.1', false],
  ['192.88.99.1', false],
  ['192.168.1.1', false],
  ['198.19.0.1', false],
  ['198.51.100.1', false],
  ['203.0.113.1', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::7f00:1', false], // compatible with IPv4, deprecated
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['::ffff:0:8.8.8.8', false],
  ['64:ff9b::a00:1', false],
  ['64:ff9b:1::a00:1', false],
  ['100::1', false],
  ['2001::1', false],
  ['2001:20::1', false],
  ['2001:db8::1', false],
  ['2002:a00:1::1', false],
  ['3fff::1', false],
  ['4000::1', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['2606:4700::1111%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['localhost', undefined],
  ['1.2.3', undefined],
  ['', undefined],
]
for (const [address, isPublic] of addresses) {
  test(`isPublicAddress says ${isPublic} of ${address || 'nothing'}`, () => {
    assert.equal(isPublicAddress(address), isPublic)
  })
}

test('isPublicAddress says no of every IPv4 address that an IPv6 one carries', () => {
  const carried = ['::ffff:', '64:ff9b::', '::', '2002:']
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom(...carried), (ipv4, prefix) => {
      const hex = ipv4
        .split('.')
        .map((byte) => Number(byte).toString(16).padStart(2, '0'))
        .join('')
      const groups = `${hex.slice(0, 4)}:${hex.slice(4)}`
      assert.equal(
        isPublicAddress(prefix === '2002:' ? `2002:${groups}::` : prefix + groups),
        false,
      )
    }),
  )
})

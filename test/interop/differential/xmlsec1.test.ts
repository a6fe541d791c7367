import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { before, test } from 'node:test'
import {
  type AcceptedResponse,
  byAlgorithms,
  shapes,
} from '#test/fixtures/saml/differential/accepted-responses.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { plainResponse, posted, signings } from '#test/fixtures/saml/plain-response.ts'
import { verifiesWithXmlsec1 } from './judge-with-xmlsec1.ts'

/** What xmlsec1 1.2, Debian 12's, does not know: RSA-PSS came with 1.3. */
const UNKNOWN = /#sha(?:256|384|512)-rsa-MGF1$/

const isKnown = ({ algorithms }: AcceptedResponse) => !UNKNOWN.test(algorithms?.method ?? '')

const countSignatures = (xml: string) => xml.match(/<(?:\w+:)?Signature[\s>]/g)?.length ?? 0

/** As many at a time as there are cores. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (const item of left) await work(item)
  })
  await Promise.all(workers)
}

let responses: readonly AcceptedResponse[]
before(async () => {
  responses = [...(await shapes()), ...byAlgorithms()]
})

test('xmlsec1 verifies every signature of every response that verifyResponse accepts', async (t) => {
  let signatures = 0
  await forEach(responses, async (response) => {
    const { name, xml, certificates, identity } = response
    const certificate = certificates[identity.keyIndex]
    assert.ok(certificate)
    const count = countSignatures(xml)
    assert.ok(count > 0, name)
    for (let number = 1; number <= count; number++) {
      const isVerified = await verifiesWithXmlsec1(xml, number, certificate)
      assert.equal(isVerified, isKnown(response), `${name}, signature ${number}`)
      if (isVerified) signatures += 1
    }
  })
  const known = responses.filter(isKnown)
  t.diagnostic(`${signatures} signatures of ${known.length} responses`)
  assert.ok(known.length < responses.length, 'the exception has no response that shows it')
})

test('xmlsec1 refuses what was changed, and a key that is not configured, whatever KeyInfo says', async () => {
  for (const signed of signings) {
    const xml = plainResponse(signed)
    const changed = xml.replace('ada.lovelace', 'eve.lovelace')
    assert.equal(await verifiesWithXmlsec1(changed, 1, keys.provider.certificate), false)
    assert.equal(await verifiesWithXmlsec1(xml, 1, keys.stranger.certificate), false)
  }
  const withKeyInfo = responses.filter(({ xml }) => xml.includes('X509Certificate'))
  assert.ok(withKeyInfo.length > 5)
  await forEach(withKeyInfo, async ({ name, xml, expected }) => {
    const strangers = { ...expected, keys: [keys.stranger.publicKey] }
    assert.equal(judgeResponse(posted(xml), strangers).ok, false, name)
    assert.equal(await verifiesWithXmlsec1(xml, 1, keys.stranger.certificate), false, name)
  })
})

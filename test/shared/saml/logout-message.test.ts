import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { verifyLogoutMessage } from '#shared/saml/logout-message.ts'
import { logoutDefects } from '#test/fixtures/saml/bad/logout.ts'
import { setAttribute, setContent } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  answeredId,
  judgeLogoutRequest,
  judgeLogoutResponse,
  judgeQuery,
  logoutExpectations,
  postedLogout,
  RSA_SHA256,
  redirectLogout,
  requestId,
  signedLogout,
  slo,
} from '#test/fixtures/saml/logout-messages.ts'
import { mutateBytes } from '#test/fixtures/saml/mutate.ts'
import { at, idp, sp } from '#test/fixtures/saml/plain-response.ts'

const asked = { ok: true, value: { nameId: 'G-0042', sessionIndexes: ['_s5c2'] } }
const reported = { ok: true, value: { inResponseTo: answeredId, outcome: 'complete' } }

describe('verifyLogoutMessage', () => {
  test('accepts a request that is posted', () => {
    assert.deepEqual(judgeLogoutRequest(postedLogout(signedLogout('SAMLRequest'))), asked)
  })

  test('accepts a response that is posted', () => {
    assert.deepEqual(judgeLogoutResponse(postedLogout(signedLogout('SAMLResponse'))), reported)
  })

  for (const relayState of [undefined, '', 'r1', 'ä b+c&d=%']) {
    test(`accepts either by redirect with RelayState ${JSON.stringify(relayState)}`, () => {
      const query = relayState === undefined ? {} : { relayState }
      assert.deepEqual(judgeQuery(redirectLogout('SAMLRequest', query)), asked)
      assert.deepEqual(judgeQuery(redirectLogout('SAMLResponse', query)), reported)
    })
  }

  test('says who sent it to whom, when, and by which key', () => {
    const message = postedLogout(signedLogout('SAMLRequest', { key: keys.next }))
    const expected = {
      ...logoutExpectations,
      keys: [keys.provider.publicKey, keys.next.publicKey],
      serviceProviders: [
        { entityId: 'https://new.example.net/sp', sloUrl: 'https://new.example.net/slo' },
        { entityId: sp, sloUrl: slo },
      ],
    }
    const verified = verifyLogoutMessage(message, 'LogoutRequest', expected)
    assert.ok(verified.ok)
    const { root: _, ...rest } = verified.value
    assert.deepEqual(rest, {
      id: requestId,
      issueInstant: at('2026-03-04T10:15:28Z'),
      serviceProvider: { entityId: sp, sloUrl: slo },
      keyIndex: 1,
      usesSha1: false,
    })
  })

  const algorithms = [
    ['rsa-sha256', 'provider', RSA_SHA256],
    ['rsa-sha512', 'provider', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'],
    ['PSS', 'provider', 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'],
    ['ecdsa-sha256', 'p256', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'],
    ['ecdsa-sha384', 'p384', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384'],
  ] as const
  for (const [name, key, algorithm] of algorithms) {
    test(`accepts a query that is signed by ${name}`, () => {
      const query = redirectLogout('SAMLRequest', { key: keys[key], algorithm, relayState: 'r1' })
      const expected = { ...logoutExpectations, keys: [keys[key].publicKey] }
      assert.deepEqual(judgeQuery(query, expected), asked)
    })
  }

  test('accepts SHA-1 where it is allowed', () => {
    const algorithm = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
    const expected = { ...logoutExpectations, allowsSha1: true }
    assert.deepEqual(judgeQuery(redirectLogout('SAMLRequest', { algorithm }), expected), asked)
  })

  const encodings = [
    ['lower-case escapes', (value: string) => lowerCased(encodeURIComponent(value))],
    ['escapes where none are needed', (value: string) => escaped(value)],
    ['no escapes of slashes', (value: string) => encodeURIComponent(value).replaceAll('%2F', '/')],
  ] as const
  for (const [name, encode] of encodings) {
    test(`accepts a query that was signed with ${name}`, () => {
      const query = redirectLogout('SAMLRequest', { encode, relayState: 'a b/c' })
      assert.deepEqual(judgeQuery(query), asked)
    })
  }

  test('accepts parameters in another order, and ignores those that are none of the binding', () => {
    const query = redirectLogout('SAMLRequest', { relayState: 'r1' })
    const reordered = `client=1&${query.split('&').toReversed().join('&')}&samlrequest=x`
    assert.deepEqual(judgeQuery(reordered), asked)
  })

  const times = [
    ['2026-03-04T10:17:30Z', true],
    ['2026-03-04T10:17:31Z', false],
    ['2026-03-04T10:08:31Z', true],
    ['2026-03-04T10:08:30Z', false],
  ] as const
  for (const [time, isAccepted] of times) {
    test(`${isAccepted ? 'accepts' : 'refuses'} an IssueInstant of ${time}`, () => {
      const edit = setAttribute('samlp:LogoutRequest', 'IssueInstant', time)
      assert.equal(judgeQuery(redirectLogout('SAMLRequest', { edit })).ok, isAccepted)
    })
  }

  test('accepts a NotOnOrAfter until the clocks cannot disagree any more, and none at all', () => {
    for (const time of ['2026-03-04T10:13:31Z', undefined]) {
      const edit = setAttribute('samlp:LogoutRequest', 'NotOnOrAfter', time)
      assert.deepEqual(
        judgeLogoutRequest(postedLogout(signedLogout('SAMLRequest', { edit }))),
        asked,
      )
    }
  })

  test('refuses the message of another provider, whatever it is signed by', () => {
    const expected = { ...logoutExpectations, issuer: 'https://idp.example.org/' }
    const posted = judgeLogoutRequest(postedLogout(signedLogout('SAMLRequest')), expected)
    assert.equal(!posted.ok && posted.error.cause, 'logout_issuer')
    const redirected = judgeQuery(redirectLogout('SAMLRequest'), expected)
    assert.equal(!redirected.ok && redirected.error.cause, 'logout_issuer')
  })

  for (const { altered, cause, posted, query, parameter = 'SAMLRequest' } of logoutDefects) {
    const binding = posted ? 'post' : 'redirect'
    test(`refuses ${altered} by ${binding}`, () => {
      const judge = parameter === 'SAMLRequest' ? judgeLogoutRequest : judgeLogoutResponse
      const judged = posted ? judge(postedLogout(posted())) : judgeQuery(query?.() ?? '')
      assert.equal(judged.ok ? 'accepted' : judged.error.cause, cause)
    })
  }

  test('has a line for each defect that is no other', () => {
    const names = logoutDefects.map(({ altered, posted }) => `${altered} ${posted ? 'post' : ''}`)
    assert.equal(new Set(names).size, names.length)
  })
})

const lowerCased = (text: string) => text.replace(/%../g, (octet) => octet.toLowerCase())
const escaped = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

describe('readLogoutRequest', () => {
  const read = (edit: (xml: string) => string) =>
    judgeLogoutRequest(postedLogout(signedLogout('SAMLRequest', { edit })))

  test('reads several sessions', () => {
    const edit = (xml: string) =>
      xml.replace('</samlp:SessionIndex>', '$& <samlp:SessionIndex> b&amp;c </samlp:SessionIndex>')
    const result = read(edit)
    assert.deepEqual(result.ok && result.value.sessionIndexes, ['_s5c2', 'b&c'])
  })

  test('reads all sessions where none is named', () => {
    const result = read((xml) => xml.replace(/<samlp:SessionIndex>.*<\/samlp:SessionIndex>/, ''))
    assert.deepEqual(result, { ok: true, value: { nameId: 'G-0042', sessionIndexes: undefined } })
  })

  test('reads a NameID to the letter', () => {
    const result = read(setContent('saml:NameID', ' Zoë&amp;&#13;😀 '))
    assert.equal(result.ok && result.value.nameId, ' Zoë&\r😀 ')
  })
})

describe('readLogoutResponse', () => {
  const status = 'urn:oasis:names:tc:SAML:2.0:status:'
  const partial = `<samlp:StatusCode Value="${status}PartialLogout"/>`
  const statuses = [
    ['complete', `<samlp:StatusCode Value="${status}Success"/>`],
    ['partial', `<samlp:StatusCode Value="${status}Success">${partial}</samlp:StatusCode>`],
    ['partial', `<samlp:StatusCode Value="${status}Responder">${partial}</samlp:StatusCode>`],
    ['failed', `<samlp:StatusCode Value="${status}Responder"/>`],
    ['failed', '<samlp:StatusCode Value="x"/><samlp:StatusMessage>no</samlp:StatusMessage>'],
  ] as const
  for (const [outcome, content] of statuses) {
    test(`reads ${outcome} of ${content}`, () => {
      const edit = setContent('samlp:Status', content)
      const result = judgeLogoutResponse(postedLogout(signedLogout('SAMLResponse', { edit })))
      assert.deepEqual(result, { ok: true, value: { inResponseTo: answeredId, outcome } })
    })
  }
})

describe('a mutated message of single logout', () => {
  const numRuns = Number(process.env['SAML_MUTATIONS'] ?? 10_000) / 5
  /** With room for changes that change nothing. */
  const original = `${'\n'.repeat(1000)}${signedLogout('SAMLRequest')}`

  test('that was posted is refused, or asks for the same', () => {
    let accepted = 0
    fc.assert(
      fc.property(mutateBytes, (mutate) => {
        const bytes = mutate(Buffer.from(original))
        const judged = judgeLogoutRequest({ binding: 'post', bytes })
        if (!judged.ok) return
        accepted += 1
        assert.deepEqual(judged, asked)
      }),
      { numRuns },
    )
    assert.ok(accepted > 0, 'no change left a message good: nothing was tested')
  })

  test('that came by redirect is refused, or asks for the same', () => {
    const query = `${redirectLogout('SAMLRequest', { relayState: 'r1' })}&x=${'y'.repeat(500)}`
    let accepted = 0
    fc.assert(
      fc.property(mutateBytes, (mutate) => {
        const judged = judgeQuery(mutate(Buffer.from(query)).toString('latin1'))
        if (!judged.ok) return
        accepted += 1
        assert.deepEqual(judged, asked)
      }),
      { numRuns },
    )
    assert.ok(accepted > 0, 'no change left a query good: nothing was tested')
  })
})

test('the fixtures are of the provider that is expected', () => {
  assert.ok(signedLogout('SAMLRequest').includes(`<saml:Issuer>${idp}</saml:Issuer>`))
})

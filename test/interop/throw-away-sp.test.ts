import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type HttpSession, httpSession, readForms } from './http-session.ts'
import { type Provider, products, type Treatment } from './providers.ts'
import { settle } from './saml-browser.ts'
import { enterPassword } from './sign-in.ts'
import { bindings } from './sp-messages.ts'
import { startThrowAwaySp, type ThrowAwaySp } from './throw-away-sp.ts'

for (const product of products) {
  /** What the provider does is judged without our verifier: an error of ours cannot hide here. */
  describe(`${product.name}, before a service provider that is not ours,`, () => {
    const { person, foreigner } = product
    let provider: Provider
    before(async () => {
      provider = await product.start()
    })
    after(() => provider.stop())

    const trusted = async (
      treatment: Treatment = {},
      options: Parameters<typeof startThrowAwaySp>[1] = {},
    ) => {
      const sp = await startThrowAwaySp(provider, options)
      const { entityId, metadataXml } = sp
      provider.trustServiceProvider({ entityId, metadataXml, ...treatment })
      return sp
    }
    const arrive = async (sp: ThrowAwaySp, session: HttpSession, who = person) => {
      const page = await sp.startSignIn(session, 'redirect')
      await settle(session, await enterPassword(page, who, session))
      return lastResponse(sp)
    }
    const asksForPassword = async (sp: ThrowAwaySp, session: HttpSession) => {
      const page = await session.open(provider.idpInitiatedUrl(sp.entityId))
      return readForms(page).some(({ fields }) => fields.has('password'))
    }

    for (const binding of bindings) {
      test(`takes a signed request by ${binding} and keeps its relay state`, async () => {
        await using sp = await trusted({ requiresSignedRequests: true })
        const session = httpSession()
        const page = await sp.startSignIn(session, binding, { relayState: '/in?a=1&b=<"\'>' })
        await settle(session, await enterPassword(page, person, session))
        const response = lastResponse(sp)
        assert.equal(response.relayState, '/in?a=1&b=<"\'>')
        assert.equal(response.attributes['mail'], `${person.mailbox}@example.org`)
        assert.equal(response.isEncrypted, false)
        assert.match(response.xml, /InResponseTo/)
      })

      test(`refuses an unsigned request by ${binding} where it wants a signature`, async () => {
        await using sp = await trusted({ requiresSignedRequests: true })
        const session = httpSession()
        const start = await sp.startSignIn(session, binding, { isSigned: false })
        const page = await enterPassword(start, person, session)
        assert.match(page.html, product.missesSignature)
        await settle(session, page)
        assert.deepEqual(sp.received, [])
      })

      test(`takes an unsigned request by ${binding} elsewhere`, async () => {
        await using sp = await trusted({ requiresSignedRequests: false })
        const session = httpSession()
        const page = await sp.startSignIn(session, binding, { isSigned: false })
        await settle(session, await enterPassword(page, person, session))
        assert.equal(lastResponse(sp).attributes['mail'], `${person.mailbox}@example.org`)
      })

      test(`ends the session when it is asked to by ${binding}`, async () => {
        await using sp = await trusted({}, { logoutBinding: binding })
        const session = httpSession()
        await arrive(sp, session)
        assert.equal(await asksForPassword(sp, session), false)
        await settle(session, await sp.startLogout(session, binding, { relayState: 'bye' }))
        const answer = sp.received.at(-1)
        const { type } = answer ?? {}
        assert.deepEqual(
          [type, answer?.binding, answer?.relayState],
          ['LogoutResponse', binding, 'bye'],
        )
        assert.equal(await asksForPassword(sp, session), true)
      })

      test(`keeps the session when it is asked by ${binding} without a signature`, async () => {
        await using sp = await trusted({}, { logoutBinding: binding })
        const session = httpSession()
        await arrive(sp, session)
        const count = sp.received.length
        const page = await sp.startLogout(session, binding, { isSigned: false })
        assert.match(page.html, product.missesSignature)
        await settle(session, page)
        assert.equal(sp.received.length, count)
        assert.equal(await asksForPassword(sp, session), false)
      })

      test(`asks for the end of the session by ${binding}, and takes the answer`, async () => {
        await using sp = await trusted({}, { logoutBinding: binding })
        const session = httpSession()
        const { nameId, sessionIndex } = await arrive(sp, session)
        const problems = provider.problems()
        await settle(session, await session.open(provider.logoutUrl))
        const request = sp.received.at(-1)
        assert.ok(request?.type === 'LogoutRequest')
        assert.deepEqual(
          [request.binding, request.nameId, request.sessionIndex],
          [binding, nameId, sessionIndex],
        )
        assert.deepEqual(provider.problems(), problems)
        assert.equal(await asksForPassword(sp, session), true)
      })

      test(`does not take an answer by ${binding} that is not signed`, async () => {
        await using sp = await trusted({}, { logoutBinding: binding, signsAnswers: false })
        const session = httpSession()
        await arrive(sp, session)
        const { length } = provider.problems()
        await settle(session, await session.open(provider.logoutUrl))
        assert.equal(sp.received.at(-1)?.type, 'LogoutRequest')
        assert.match(provider.problems().slice(length).join('\n'), /signature/)
      })
    }

    test('signs in without a request', async () => {
      await using sp = await trusted()
      const session = httpSession()
      const start = await session.open(provider.idpInitiatedUrl(sp.entityId, 'training'))
      await settle(session, await enterPassword(start, person, session))
      const response = lastResponse(sp)
      assert.equal(response.relayState, 'training')
      assert.doesNotMatch(response.xml, /InResponseTo/)
    })

    test('encrypts the assertion to the certificate of the metadata', async () => {
      await using sp = await trusted({ encryptsAssertion: true })
      const { isEncrypted, attributes } = await arrive(sp, httpSession(), foreigner)
      assert.equal(isEncrypted, true)
      assert.equal(attributes['mail'], `${foreigner.mailbox}@example.org`)
      assert.equal(attributes['sn'], foreigner.familyName)
    })
  })
}

function lastResponse(sp: ThrowAwaySp) {
  const last = sp.received.at(-1)
  assert.ok(last?.type === 'Response', 'no response was taken')
  return last
}

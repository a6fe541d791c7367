import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { issueLink, linkUrl } from '#shared/admin/mailed-link.ts'
import { CALLS_A_MINUTE } from '#shared/admin/rate-limit.ts'
import { dynamoLinks } from '#shared/aws/link-store.ts'
import { cookieNames } from '#shared/http/session-cookies.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { tables } from '#test/stores/tables.ts'
import { newBrowser, openLink, pressButton } from './admin-browser.ts'
import { forgetWishes } from './forget-wishes.ts'
import { linkIn, mailsTo, waitForMails } from './mailbox.ts'
import { changeUser, newAdministrator, newOrganization } from './new-administrator.ts'
import { type Running, runningStack, settled } from './running-stack.ts'

let running: Running
before(async () => {
  running = await runningStack()
  await forgetWishes()
})

type Person = Awaited<ReturnType<typeof newAdministrator>>

async function newPerson(given: Parameters<typeof newAdministrator>[1] = {}) {
  const { orgId } = await newOrganization()
  return newAdministrator(orgId, given)
}

/** Asks for a link, and takes it out of the mail. */
async function mailedLink({ email }: Pick<Person, 'email'>) {
  const browser = await newBrowser()
  const asked = await browser.send('/admin/sign-in/link', { json: { email } })
  assert.equal(asked.status, 202)
  const mails = await waitForMails(email)
  return linkIn(mails.at(-1) ?? assert.fail('no mail'))
}

/** A link as mails have it, without the mail. */
async function linkFor({ orgId, userId }: Person) {
  const { ephemeral } = await tables()
  const endsAt = Math.floor(Date.now() / 1000) + 900
  const { link, token } = issueLink({ kind: 'sign-in', orgId, userId, endsAt })
  await dynamoLinks(ephemeral).save(link)
  return new URL(linkUrl(running.stack.url, token))
}

/** A browser in which somebody is signed in by a link. */
async function signedIn(person: Person) {
  const browser = await newBrowser()
  const answer = await pressButton(browser, await linkFor(person))
  assert.equal(answer.status, 303, await answer.text())
  const { status } = await browser.session()
  assert.equal(status, 200)
  return browser
}

const orgPath = ({ orgId }: Person, path = '/setup-links') => `/orgs/${orgId}${path}`
const label = { label: 'x' }

describe('an administrator with a mailed link', () => {
  test('signs in by its button, and calls the administration with the session', async () => {
    const person = await newPerson({ displayName: 'Ada' })
    const link = await mailedLink(person)
    const browser = await newBrowser()
    const answer = await pressButton(browser, link)
    assert.equal(answer.status, 303)
    assert.equal(answer.headers.get('location'), `${running.stack.url}/center`)
    for (const cookie of answer.headers.getSetCookie()) {
      assert.match(
        cookie,
        /^__Host-latchkey-[\w-]+=[^;]*; Max-Age=\d+; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
      )
    }
    const center = await (await browser.send('/center')).text()
    assert.ok(center.includes(`You are signed in as ${person.email}`))
    assert.ok(center.includes('Acme &amp; Sons'))

    const { body } = await browser.session()
    assert.deepEqual(body['user'], { id: person.userId, email: person.email, name: 'Ada' })
    assert.deepEqual(body['organization'], { id: person.orgId, name: 'Acme & Sons' })
    assert.deepEqual([body['role'], body['isWaiting']], ['admin', false])
    const lifetime = Date.parse(String(body['endsAt'])) - Date.now()
    assert.ok(lifetime > 11.9 * 3600_000 && lifetime <= 12 * 3600_000)
    const idle = Date.parse(String(body['idleUntil'])) - Date.now()
    assert.ok(idle > 3590_000 && idle <= 3600_000)

    assert.equal((await browser.send(orgPath(person))).status, 200)
    assert.equal((await browser.call('POST', orgPath(person), label)).status, 201)
    const other = await newPerson()
    assert.equal((await browser.send(orgPath(other))).status, 404)
  })

  test('finds the link good after mail programs have looked at it, and only once', async () => {
    const person = await newPerson()
    const link = await linkFor(person)
    for (let i = 0; i < 3; i++) {
      const { response, page } = await openLink(await newBrowser(), link)
      assert.equal(response.status, 200)
      assert.ok(page.includes(person.email) && page.includes('<button'))
    }
    const browser = await newBrowser()
    assert.equal((await pressButton(browser, link)).status, 303)
    const again = await newBrowser()
    const { response, form } = await openLink(again, link)
    assert.equal(response.status, 410)
    assert.equal((await again.send('/admin/sign-in/confirm', { form })).status, 410)
    assert.deepEqual([...again.cookies], [])
  })

  test('has the token shown to no other page: neither by Referer nor to a cache', async () => {
    const { response } = await openLink(await newBrowser(), await linkFor(await newPerson()))
    assert.equal(response.headers.get('referrer-policy'), 'strict-origin')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.match(String(response.headers.get('content-security-policy')), /default-src 'none'/)
    assert.match(String(response.headers.get('content-security-policy')), /frame-ancestors 'none'/)
    const center = await (await newBrowser()).send('/center')
    assert.equal(center.headers.get('referrer-policy'), 'no-referrer')
  })

  test('gets one session of fifty that are asked for at once', async () => {
    const link = await linkFor(await newPerson())
    const browser = await newBrowser()
    const { form } = await openLink(browser, link)
    const cookie = `${cookieNames.link}=${browser.cookies.get(cookieNames.link)}`
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(`${running.stack.url}/admin/sign-in/confirm`, {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie },
          body: new URLSearchParams(form),
        }),
      ),
    )
    const counts = Map.groupBy(answers, ({ status }) => status)
    assert.equal(counts.get(303)?.length, 1)
    assert.equal(counts.get(410)?.length, 49)
  })

  test('takes no session that somebody put there before, and no address to go to', async () => {
    const person = await newPerson()
    const thief = await signedIn(await newPerson())
    const planted = thief.cookies.get(cookieNames.session) ?? ''
    const browser = await newBrowser()
    browser.cookies.set(cookieNames.session, planted)
    browser.cookies.set(cookieNames.jwt, thief.cookies.get(cookieNames.jwt) ?? '')
    const link = await linkFor(person)
    link.searchParams.set('next', 'https://evil.example/')
    link.searchParams.set('return', '//evil.example')
    const answer = await pressButton(browser, link)
    assert.equal(answer.headers.get('location'), `${running.stack.url}/center`)
    assert.notEqual(browser.cookies.get(cookieNames.session), planted)
    const { body } = await browser.session()
    assert.equal((body['user'] as { id: string }).id, person.userId)
  })

  const foreign: readonly (readonly [string, (link: URL) => Promise<Response>])[] = [
    [
      'a page of another site posts it',
      async (link) => {
        const { form } = await openLink(await newBrowser(), link)
        return (await newBrowser()).send('/admin/sign-in/confirm', { form })
      },
    ],
    [
      'it was opened in another browser',
      async (link) => {
        const { form } = await openLink(await newBrowser(), link)
        const victim = await newBrowser()
        await openLink(victim, link)
        return victim.send('/admin/sign-in/confirm', { form })
      },
    ],
    [
      "the browser says that it is another site's page",
      async (link) => {
        const browser = await newBrowser()
        const { form } = await openLink(browser, link)
        const headers = { origin: 'https://evil.example' }
        return browser.send('/admin/sign-in/confirm', { form, headers })
      },
    ],
    [
      'the page hides whose it is',
      async (link) => {
        const browser = await newBrowser()
        const { form } = await openLink(browser, link)
        return browser.send('/admin/sign-in/confirm', { form, headers: { origin: 'null' } })
      },
    ],
    [
      'the form has no nonce',
      async (link) => {
        const browser = await newBrowser()
        const { form } = await openLink(browser, link)
        return browser.send('/admin/sign-in/confirm', { form: { token: form.token } })
      },
    ],
  ]
  for (const [name, attempt] of foreign) {
    test(`is not signed in where ${name}, and the link stays good`, async () => {
      const link = await linkFor(await newPerson())
      const refused = await attempt(link)
      assert.equal(refused.status, 410)
      assert.deepEqual(refused.headers.getSetCookie(), [])
      assert.equal((await pressButton(await newBrowser(), link)).status, 303)
    })
  }

  const lost = [
    ['suspended', { state: 'suspended' }],
    ['a member', { role: 'member' }],
  ] as const
  for (const [name, change] of lost) {
    test(`is not signed in once ${name}`, async () => {
      const person = await newPerson()
      const link = await linkFor(person)
      await changeUser(person.orgId, person.userId, change)
      const browser = await newBrowser()
      assert.equal((await pressButton(browser, link)).status, 403)
      assert.equal((await browser.session()).status, 401)
    })
  }

  for (const query of [
    '',
    '?token=',
    `?token=${'A'.repeat(43)}`,
    '?token=a&token=b',
    '?token=%00',
  ]) {
    test(`sees one page for a link that is none: ${query}`, async () => {
      const response = await (await newBrowser()).send(`/admin/sign-in/link${query}`)
      assert.equal(response.status, 410)
      assert.match(await response.text(), /This link does not work/)
    })
  }
})

describe('who asks for a link', () => {
  const ask = async (email: string, headers: Record<string, string> = {}) => {
    const browser = await newBrowser()
    return browser.send('/admin/sign-in/link', { json: { email }, headers })
  }
  /** All of an answer but what each one has of its own. */
  const shapeOf = async (response: Response) => ({
    status: response.status,
    headers: [...response.headers].filter(([name]) => !['date', 'apigw-requestid'].includes(name)),
    body: await response.text(),
  })

  test('gets the same bytes for an administrator, a member, a stranger and one too many', async () => {
    const admin = await newPerson()
    const member = await newPerson({ role: 'member' })
    const first = await shapeOf(await ask(admin.email))
    assert.equal(first.status, 202)
    for (const email of [member.email, 'nobody@nowhere.example']) {
      assert.deepEqual(await shapeOf(await ask(email)), first)
    }
    for (let i = 0; i < 6; i++) assert.deepEqual(await shapeOf(await ask(admin.email)), first)
    await settled()
    assert.equal((await mailsTo(admin.email)).length, 5)
    assert.deepEqual(await mailsTo(member.email), [])
  })

  test('gets the same page by form', async () => {
    const admin = await newPerson()
    const browser = await newBrowser()
    const pages = []
    for (const email of [admin.email, 'nobody@nowhere.example']) {
      for (const path of ['/admin/sign-in/link', '/admin/break-glass']) {
        pages.push(await shapeOf(await browser.send(path, { form: { email } })))
      }
    }
    assert.equal(pages[0]?.status, 202)
    for (const page of pages) assert.deepEqual(page, pages[0])
  })

  for (const email of ['', 'ada', 'a@b@c.example', 'ada@localhost', 'x\r\nBcc: e@evil.example']) {
    test(`is told that ${JSON.stringify(email)} is no address`, async () => {
      assert.equal((await ask(email)).status, 400)
      const page = await (await newBrowser()).send('/admin/break-glass', { form: { email } })
      assert.equal(page.status, 400)
      assert.match(await page.text(), /role="alert"/)
    })
  }

  test('finds pages that ask for the address', async () => {
    const browser = await newBrowser()
    for (const [path, action] of [
      ['/admin/sign-in', '/admin/sign-in/link'],
      ['/admin/break-glass', '/admin/break-glass'],
    ] as const) {
      const page = await browser.send(path)
      assert.equal(page.status, 200)
      assert.ok((await page.text()).includes(`<form method="post" action="${action}">`))
    }
  })
})

describe('a session', () => {
  const changing = [
    ['POST', '/admin/session/refresh'],
    ['POST', '/admin/session/sign-out-everywhere'],
    ['DELETE', '/admin/session'],
  ] as const
  for (const [method, path] of changing) {
    test(`is not touched by ${method} ${path} of another site's page`, async () => {
      const person = await newPerson()
      const browser = await signedIn(person)
      const csrfToken = String((await browser.session()).body['csrfToken'])
      const evil: Record<string, string>[] = [
        {},
        { 'x-csrf-token': 'x'.repeat(43) },
        { 'x-csrf-token': csrfToken, origin: 'https://evil.example' },
        { 'x-csrf-token': csrfToken, origin: 'null' },
      ]
      for (const headers of evil) {
        const refused = await browser.send(path, { method, headers })
        assert.equal(refused.status, 403)
        assert.deepEqual(refused.headers.getSetCookie(), [])
      }
      assert.equal((await browser.session()).status, 200)
    })
  }

  test('calls nothing that changes anything without the CSRF token', async () => {
    const person = await newPerson()
    const browser = await signedIn(person)
    const bare = await browser.send(orgPath(person), { json: label })
    assert.equal(bare.status, 403)
    assert.match(await bare.text(), /urn:latchkey:problem:csrf/)
    const headers = { 'x-csrf-token': String((await browser.session()).body['csrfToken']) }
    const evil = { ...headers, origin: 'https://evil.example' }
    assert.equal((await browser.send(orgPath(person), { json: label, headers: evil })).status, 403)
    assert.equal((await browser.send(orgPath(person), { json: label, headers })).status, 201)
  })

  test('is not refreshed more than 600 times in a minute', async () => {
    const browser = await signedIn(await newPerson())
    await browser.session()
    const [id] = /ses_[0-9a-f]{32}/.exec(browser.cookies.get(cookieNames.session) ?? '') ?? []
    const { ephemeral, put } = await tables()
    const now = toSeconds(epochMilliseconds())
    const minute = now - (now % 60)
    for (const start of [minute, minute + 60]) {
      const pk = `rate#${id}#${start}`
      await put(ephemeral, { pk, calls: CALLS_A_MINUTE, expiresAt: now + 300 })
    }
    const refused = await browser.call('POST', '/admin/session/refresh')
    assert.equal(refused.status, 429)
    assert.match(refused.headers.get('retry-after') ?? '', /^\d{1,2}$/)
    assert.match(await refused.text(), /urn:latchkey:problem:too_many_requests/)
    assert.equal((await browser.session()).status, 200)
  })

  test('is refreshed: a JWT again, the same session and token', async () => {
    const person = await newPerson()
    const browser = await signedIn(person)
    const before = await browser.session()
    browser.cookies.delete(cookieNames.jwt)
    const refreshed = await browser.call('POST', '/admin/session/refresh')
    assert.equal(refreshed.status, 200)
    const after = (await refreshed.json()) as Record<string, unknown>
    assert.equal(after['csrfToken'], before.body['csrfToken'])
    assert.equal(after['endsAt'], before.body['endsAt'])
    assert.equal((await browser.send(orgPath(person))).status, 200)
  })

  test('ends with its sign-out, and only once', async () => {
    const person = await newPerson()
    const browser = await signedIn(person)
    const kept = new Map(browser.cookies)
    assert.equal((await browser.call('DELETE', '/admin/session')).status, 204)
    assert.deepEqual([...browser.cookies], [])
    assert.equal((await browser.session()).status, 401)
    assert.equal((await browser.send('/center')).status, 401)
    for (const [name, value] of kept) browser.cookies.set(name, value)
    assert.equal((await browser.session()).status, 401)
    assert.equal((await browser.call('POST', '/admin/session/refresh')).status, 401)
    assert.equal((await browser.call('DELETE', '/admin/session')).status, 204)
  })

  test('ends everywhere at once, is told of, and begins anew', async () => {
    const person = await newPerson()
    const [one, other] = [await signedIn(person), await signedIn(person)]
    const kept = new Map(one.cookies)
    assert.equal((await one.call('POST', '/admin/session/sign-out-everywhere')).status, 204)
    assert.equal((await other.send(orgPath(person))).status, 401)
    assert.equal((await other.session()).status, 401)
    assert.equal((await other.call('POST', '/admin/session/sign-out-everywhere')).status, 401)
    for (const [name, value] of kept) one.cookies.set(name, value)
    assert.equal((await one.send(orgPath(person))).status, 401)
    const [event] = await running.events.waitFor(
      ({ subject, type }) =>
        subject === person.userId && type === 'latchkey.user.signed-out-everywhere.v1',
      1,
    )
    assert.deepEqual(event?.data, {
      userId: person.userId,
      orgId: person.orgId,
      actor: `user:${person.userId}`,
    })
    const anew = await signedIn(person)
    assert.equal((await anew.send(orgPath(person))).status, 200)
  })

  const changes = [
    ['the role', { role: 'member' }],
    ['the account', { state: 'suspended' }],
  ] as const
  for (const [name, change] of changes) {
    test(`ends at once with ${name}, also for its JWT`, async () => {
      const person = await newPerson()
      const browser = await signedIn(person)
      assert.equal((await browser.send(orgPath(person))).status, 200)
      await changeUser(person.orgId, person.userId, change)
      assert.equal((await browser.send(orgPath(person))).status, 401)
      assert.equal((await browser.session()).status, 401)
      assert.equal((await browser.call('POST', '/admin/session/refresh')).status, 401)
    })
  }

  test('of a reader looks and changes nothing', async () => {
    const person = await newPerson({ role: 'reader' })
    const browser = await signedIn(person)
    assert.equal((await browser.session()).body['role'], 'reader')
    assert.equal((await browser.send(orgPath(person))).status, 200)
    assert.equal((await browser.call('POST', orgPath(person), label)).status, 403)
    assert.match(await (await browser.send('/center')).text(), /may look at this organization/)
  })

  test('is not had by its id, by another secret or by nothing', async () => {
    const browser = await signedIn(await newPerson())
    const cookie = browser.cookies.get(cookieNames.session) ?? ''
    for (const value of ['', cookie.slice(0, -1), `${cookie.slice(0, -43)}${'A'.repeat(43)}`]) {
      browser.cookies.set(cookieNames.session, value)
      assert.equal((await browser.session()).status, 401)
    }
  })
})

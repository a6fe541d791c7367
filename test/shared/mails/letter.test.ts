import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as contents from '#shared/mails/contents.ts'
import { letter } from '#shared/mails/letter.ts'

const evil = '<img src=x onerror=alert(1)>&"\''

describe('letter', () => {
  test('says the same in text and in HTML', () => {
    const written = letter({
      subject: 'Hello',
      paragraphs: ['One & two.'],
      action: { label: 'Go', url: 'https://a.example/?x=1&y=2' },
      ending: ['Ends soon.'],
    })
    assert.equal(written.text, 'One & two.\n\nGo:\nhttps://a.example/?x=1&y=2\n\nEnds soon.\n')
    assert.match(written.html, /<p>One &amp; two\.<\/p>/)
    assert.match(written.html, /<a href="https:\/\/a\.example\/\?x=1&amp;y=2">Go<\/a>/)
    assert.match(written.html, /<p>Ends soon\.<\/p>/)
  })

  test('has no action where there is nothing to do', () => {
    const written = letter({ subject: 'x', paragraphs: ['a'], ending: ['b'] })
    assert.equal(written.text, 'a\n\nb\n')
    assert.doesNotMatch(written.html, /<a /)
  })

  test('has a subject of one line, whatever a name holds', () => {
    const subject = `A\r\nBcc: eve@evil.example\u2028B${'x'.repeat(200)}`
    const written = letter({ subject, paragraphs: [], ending: [] })
    assert.match(written.subject, /^A Bcc: eve@evil\.example B/)
    assert.equal(written.subject.length, 150)
  })
})

describe('each mail', () => {
  const url = 'https://signin.vendor.example/x'
  const organization = evil
  const endsAt = 1_772_619_330
  const all = {
    signInByLink: contents.signInByLink({ organization, url }, endsAt),
    signInByProvider: contents.signInByProvider({ organization, url }),
    invitation: contents.invitation({ organization, url, role: 'admin', endsAt }),
    confirmBreakGlass: contents.confirmBreakGlass({ organization, url }, endsAt),
    breakGlassRequested: contents.breakGlassRequested({
      organization,
      url,
      requestedBy: evil,
      endsAt,
    }),
    breakGlassOpened: contents.breakGlassOpened({
      organization,
      people: [evil, 'Ada'],
      openUntil: endsAt,
    }),
    domainMissing: contents.domainMissing({ organization, domain: evil, graceEndsAt: endsAt }),
    domainLapsed: contents.domainLapsed({ organization, domain: evil, graceEndsAt: undefined }),
    directoryPaused: contents.directoryPaused({
      ...{ organization, directory: evil, at: endsAt, share: 20, atLeast: 25 },
    }),
    scimTokenExpiring: contents.scimTokenExpiring({
      ...{ organization, directory: evil, label: evil, expiresAt: endsAt },
    }),
  }
  for (const [name, { subject, text, html }] of Object.entries(all)) {
    test(`${name} names the organization, and lets nobody write HTML into it`, () => {
      assert.ok(text.includes(evil))
      assert.ok(!html.includes('<img'))
      assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;'))
      assert.ok(subject.length > 10)
      assert.ok(text.length < 1000, 'a mail is short')
    })
  }

  test('says when what it offers ends', () => {
    const { signInByProvider: _, domainLapsed: __, ...ending } = all
    for (const { text } of Object.values(ending)) assert.match(text, /2026-03-04 10:15 UTC/)
  })

  test('does not name an end of grace that it does not know', () => {
    const unknown = { organization, domain: 'a.example', graceEndsAt: undefined }
    assert.match(contents.domainMissing(unknown).text, /as before\.\n$/)
  })

  test('says what kind of administrator somebody is invited as', () => {
    const textFor = (role: string) => contents.invitation({ organization, url, role, endsAt }).text
    assert.match(textFor('reader'), /may look but not change/)
    assert.match(textFor('member'), /invites you to join it/)
  })
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isDomainName, judgeName, readName } from '#shared/domains/judge-name.ts'

const judge = async (text: string) => {
  const judged = await judgeName(text)
  return judged.ok ? judged.value : judged.error
}

describe('judgeName', () => {
  const testDomain = `${randomUUID()}.example`
  const accepted = [
    ['a domain', 'acme.de', 'acme.de'],
    ['upper case', 'Acme.DE', 'acme.de'],
    ['a dot at the end', 'acme.de.', 'acme.de'],
    ['blanks around it', ' acme.de\n', 'acme.de'],
    ['the letters of a language', 'Bücher.de', 'xn--bcher-kva.de'],
    ['the same as DNS spells it', 'xn--bcher-kva.de', 'xn--bcher-kva.de'],
    ['wide letters and dots', 'ａｃｍｅ。de', 'acme.de'],
    ['a name below a registrable one', 'mail.eu.acme.co.uk', 'mail.eu.acme.co.uk'],
    ['a name below a private suffix', 'acme.github.io', 'acme.github.io'],
    ['the exception of a wildcard suffix', 'www.ck', 'www.ck'],
    ['a name reserved for examples', testDomain, testDomain],
    ['the longest label', `${'a'.repeat(63)}.de`, `${'a'.repeat(63)}.de`],
  ] as const
  for (const [name, text, domain] of accepted) {
    test(`takes ${name}`, async () => {
      assert.equal(await judge(text), domain)
    })
  }

  const longest = `${'a.'.repeat(125)}de`
  test('takes 253 characters and no more', async () => {
    assert.equal(longest.length, 252)
    assert.equal(await judge(`a${longest}`), `a${longest}`)
    assert.equal(await judge(`aa${longest}`), 'domain_malformed')
  })

  const refused = [
    ['nothing', '', 'domain_malformed'],
    ['a dot', '.', 'domain_malformed'],
    ['one label', 'acme', 'domain_malformed'],
    ['this machine', 'localhost', 'domain_malformed'],
    ['an IPv4 address', '192.0.2.1', 'domain_malformed'],
    ['an IPv4 address in disguise', '0x7f.1', 'domain_malformed'],
    ['an IPv6 address', '[2001:db8::1]', 'domain_malformed'],
    ['a bare IPv6 address', '2001:db8::1', 'domain_malformed'],
    ['a number as top-level domain', 'acme.123', 'domain_malformed'],
    ['an address of e-mail', 'ada@acme.de', 'domain_malformed'],
    ['a URL', 'https://acme.de', 'domain_malformed'],
    ['a path', 'acme.de/x', 'domain_malformed'],
    ['a port', 'acme.de:443', 'domain_malformed'],
    ['escapes', '%61cme.de', 'domain_malformed'],
    ['a blank', 'ac me.de', 'domain_malformed'],
    ['an empty label', 'acme..de', 'domain_malformed'],
    ['two dots at the end', 'acme.de..', 'domain_malformed'],
    ['a wildcard', '*.acme.de', 'domain_malformed'],
    ['an underscore', '_dmarc.acme.de', 'domain_malformed'],
    ['a hyphen at an edge', '-acme.de', 'domain_malformed'],
    ['a label of 64 characters', `${'a'.repeat(64)}.de`, 'domain_malformed'],
    ['a label that is no Punycode', 'xn--a\u{fffd}.de', 'domain_malformed'],
    ['a top-level domain', 'de.', 'domain_malformed'],
    ['a public suffix', 'co.uk', 'domain_public_suffix'],
    ['a public suffix in upper case', 'CO.UK.', 'domain_public_suffix'],
    ['a suffix of a city', 'kawasaki.jp', 'domain_public_suffix'],
    ['a suffix by wildcard', 'anything.ck', 'domain_public_suffix'],
    ['a suffix in letters of a language', '公司.cn', 'domain_public_suffix'],
    ['a private suffix', 'github.io', 'domain_public_suffix'],
    ['consumer mail', 'gmail.com', 'domain_consumer'],
    ['consumer mail in upper case', 'GMail.com.', 'domain_consumer'],
    ['consumer mail in wide letters', 'ｇｍａｉｌ．ｃｏｍ', 'domain_consumer'],
    ['a name below consumer mail', 'team.acme.gmail.com', 'domain_consumer'],
    ['consumer mail below a suffix of two labels', 'yahoo.co.uk', 'domain_consumer'],
    ['consumer mail in letters of a language', 'müllmail.com', 'domain_consumer'],
  ] as const
  for (const [name, text, cause] of refused) {
    test(`refuses ${name}`, async () => {
      assert.equal(await judge(text), cause)
    })
  }

  test('does not take a name for consumer mail that only looks like it', async () => {
    assert.equal(await judge('notgmail.com.de'), 'notgmail.com.de')
    assert.equal(await judge('gmail.com.acme.de'), 'gmail.com.acme.de')
  })
})

describe('readName', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
  const names = fc.tuple(
    fc.array(label, { minLength: 1, maxLength: 5 }),
    fc.stringMatching(/^[a-z]{2,10}$/),
  )

  test('answers a domain name or nothing, whatever the text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.domain(),
      fc.webUrl(),
      fc.ipV4(),
      fc.ipV6(),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const name = readName(text)
        return name === undefined || isDomainName(name)
      }),
    )
  })

  test('reads what it has read as the same, in any case and with a dot at the end', () => {
    const domains = names
      .map(([labels, top]) => `${labels.join('.')}.${top}`)
      .filter((name) => !name.split('.').some((one) => /^..--/.test(one)))
    fc.assert(
      fc.property(domains, (domain) => {
        assert.equal(readName(domain), domain)
        assert.equal(readName(`${domain.toUpperCase()}.`), domain)
      }),
    )
  })
})

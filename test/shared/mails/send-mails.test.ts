import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MailedLink } from '#shared/admin/mailed-link.ts'
import type { OrgId } from '#shared/ids.ts'
import type { Addressee, MailDirectory } from '#shared/mails/ports.ts'
import { type MailPorts, type StreamedWish, sendMails } from '#shared/mails/send-mails.ts'
import type { Letter, MailKind } from '#shared/mails/types.ts'
import { sha256 } from '#shared/secrets.ts'

const now = 1_772_619_330
const publicUrl = 'https://signin.vendor.example'
const orgId = (n: number): OrgId => `org_${String(n).repeat(32)}`
const person = (n: number, changes: Partial<Addressee['user']> = {}): Addressee => ({
  user: {
    orgId: orgId(n),
    userId: `usr_${String(n).repeat(32)}`,
    email: 'ada@acme.example',
    state: 'active',
    role: 'admin',
    ...changes,
  },
  organization: `Acme ${n}`,
  hasProvider: false,
})

const wish = (kind: MailKind, item: object, number = 1): StreamedWish => ({
  sequenceNumber: String(number),
  mail: { id: `mail_${number}`, kind, at: now },
  item,
})
const asked = { email: 'ada@acme.example', expiresAt: now + 1 }

type Given = { people?: readonly Addressee[]; sends?: (letter: Letter) => 'sent' | 'rejected' }

function postOffice({ people = [], sends = () => 'sent' }: Given = {}) {
  const letters: Letter[] = []
  const kept: MailedLink[] = []
  const sentMails = new Map<string, number>()
  const hashes: string[] = []
  const directory: MailDirectory = {
    findByAddress(hash) {
      hashes.push(hash)
      return Promise.resolve(people.map(({ user }) => user))
    },
    find: (org, id) =>
      Promise.resolve(people.find(({ user }) => user.orgId === org && user.userId === id)),
    findAdmins: (org) => Promise.resolve(people.filter(({ user }) => user.orgId === org)),
  }
  const ports: MailPorts = {
    directory,
    publicUrl,
    links: {
      save(link) {
        kept.push(link)
        return Promise.resolve()
      },
    },
    sent: {
      has: (id, recipient) => Promise.resolve(sentMails.has(`${id} ${recipient}`)),
      add(id, recipient, expiresAt) {
        sentMails.set(`${id} ${recipient}`, expiresAt)
        return Promise.resolve()
      },
    },
    mailer: {
      send(letter) {
        const outcome = sends(letter)
        letters.push(letter)
        return Promise.resolve(outcome)
      },
    },
  }
  return { ports, letters, kept, sentMails, hashes }
}

const tokenIn = ({ text }: Letter) => /\/admin\/sign-in\/link\?token=([\w-]{43})\n/.exec(text)?.[1]

describe('sendMails', () => {
  test('sends a link for each organization that an address administers', async () => {
    const office = postOffice({ people: [person(1), person(2, { role: 'reader' })] })
    const resumeAt = await sendMails(office.ports, [wish('sign-in-link', asked)], now)
    assert.equal(resumeAt, undefined)
    assert.deepEqual(office.hashes, [sha256('ada@acme.example')])
    assert.deepEqual(
      office.letters.map(({ to, subject }) => [to, subject]),
      [
        ['ada@acme.example', 'Your link to sign in to Acme 1'],
        ['ada@acme.example', 'Your link to sign in to Acme 2'],
      ],
    )
    for (const [index, letter] of office.letters.entries()) {
      const link = office.kept[index]
      assert.equal(link?.handle, sha256(tokenIn(letter) ?? ''))
      assert.deepEqual(
        [link.kind, link.orgId, link.endsAt],
        ['sign-in', orgId(index + 1), now + 900],
      )
      assert.ok(!JSON.stringify(link).includes(tokenIn(letter) ?? 'no token'))
    }
  })

  test('sends no link where a provider is active, but the way to it', async () => {
    const office = postOffice({ people: [{ ...person(1), hasProvider: true }] })
    await sendMails(office.ports, [wish('sign-in-link', asked)], now)
    const [letter] = office.letters
    assert.ok(letter?.text.includes(`${publicUrl}/admin/sign-in/sso?organization=${orgId(1)}`))
    assert.deepEqual(office.kept, [])
  })

  const nobody = [
    ['a stranger', []],
    ['a member', [person(1, { role: 'member' })]],
    ['somebody who is suspended', [person(1, { state: 'suspended' })]],
    ['somebody who is only invited', [person(1, { state: 'invited' })]],
    ['somebody who has another address now', [person(1, { email: 'eve@acme.example' })]],
  ] as const
  for (const kind of ['sign-in-link', 'break-glass-confirm'] as const) {
    for (const [name, people] of nobody) {
      test(`sends ${name} nothing for ${kind}`, async () => {
        const office = postOffice({ people })
        assert.equal(await sendMails(office.ports, [wish(kind, asked)], now), undefined)
        assert.deepEqual([office.letters, office.kept], [[], []])
      })
    }

    test(`sends nothing for ${kind} that comes too late to be of use`, async () => {
      const office = postOffice({ people: [person(1)] })
      await sendMails(office.ports, [wish(kind, { ...asked, expiresAt: now })], now)
      assert.deepEqual(office.letters, [])
    })
  }

  test('asks admins to confirm an emergency, also while a provider is active, and no readers', async () => {
    const people = [{ ...person(1), hasProvider: true }, person(2, { role: 'reader' })]
    const office = postOffice({ people })
    await sendMails(office.ports, [wish('break-glass-confirm', asked)], now)
    assert.deepEqual(
      office.kept.map(({ kind, orgId }) => [kind, orgId]),
      [['break-glass', orgId(1)]],
    )
    assert.match(office.letters[0]?.subject ?? '', /^Confirm emergency access to Acme 1$/)
  })

  const record = {
    orgId: orgId(1),
    breakGlassId: 'bgl_1',
    state: 'requested',
    requestedBy: person(1).user.userId,
    requestEndsAt: now + 3600,
  }

  test('tells all admins of an emergency that is asked for, and of one that is open', async () => {
    const ada = person(1, { displayName: 'Ada Lovelace' })
    const grace = person(1, { userId: 'usr_2', email: 'grace@acme.example' })
    const office = postOffice({ people: [ada, grace] })
    const opened = { ...record, state: 'opened', approvedBy: 'usr_2', openUntil: now + 1800 }
    const notice = 'break-glass-notice'
    await sendMails(office.ports, [wish(notice, record), wish(notice, opened, 2)], now)
    const [asks, , opens] = office.letters
    assert.equal(office.letters.length, 4)
    assert.match(asks?.text ?? '', /^Ada Lovelace \(ada@acme\.example\) asks for emergency access/)
    assert.ok(asks?.text.includes(`${publicUrl}/admin/break-glass\n`))
    assert.match(
      opens?.text ?? '',
      /^Ada Lovelace \(ada@acme\.example\) and grace@acme\.example opened/,
    )
    assert.deepEqual(office.kept, [])
  })

  const invited = { invitationId: 'inv_1', ...person(1).user, endsAt: now + 86_400 }

  test('invites an administrator by a link of their own, as long as the invitation lives', async () => {
    const office = postOffice({ people: [person(1, { state: 'invited' })] })
    await sendMails(office.ports, [wish('invitation', invited)], now)
    const [link] = office.kept
    assert.deepEqual(
      [link?.kind, link?.invitationId, link?.endsAt],
      ['invitation', 'inv_1', now + 86_400],
    )
    assert.equal(link?.handle, sha256(tokenIn(office.letters[0] ?? assert.fail()) ?? ''))
  })

  const withoutLink = [
    ['a member to the login', { role: 'member' }, false, '/login'],
    ['somebody without a role to the login', { role: undefined }, false, '/login'],
    ['an admin to the provider', { role: 'admin' }, true, '/admin/sign-in/sso?organization='],
  ] as const
  for (const [name, role, hasProvider, path] of withoutLink) {
    test(`invites ${name}`, async () => {
      const office = postOffice({ people: [{ ...person(1, { state: 'invited' }), hasProvider }] })
      await sendMails(office.ports, [wish('invitation', { ...invited, ...role })], now)
      assert.ok(office.letters[0]?.text.includes(publicUrl + path))
      assert.deepEqual(office.kept, [])
    })
  }

  test('invites nobody who is there already, and nobody by an invitation that is over', async () => {
    const active = postOffice({ people: [person(1)] })
    await sendMails(active.ports, [wish('invitation', invited)], now)
    const late = postOffice({ people: [person(1, { state: 'invited' })] })
    await sendMails(late.ports, [wish('invitation', { ...invited, endsAt: now })], now)
    assert.deepEqual([active.letters, late.letters], [[], []])
  })

  test('tells admins of a domain whose proof is missing, and of one that has lapsed', async () => {
    const office = postOffice({ people: [person(1)] })
    const domain = { domain: 'acme.example', orgId: orgId(1), graceEndsAt: now }
    const wishes = [wish('domain-missing', domain), wish('domain-lapsed', domain, 2)]
    await sendMails(office.ports, wishes, now)
    assert.deepEqual(
      office.letters.map(({ subject }) => subject),
      ['The proof of acme.example is missing', 'The domain acme.example has lapsed'],
    )
  })

  test('tells admins of a directory that the guard has paused, unless it was resumed', async () => {
    const office = postOffice({ people: [person(1)] })
    const guard = { share: 20, atLeast: 25, liftedUntil: 1 }
    const directory = { orgId: orgId(1), name: 'Entra ID', guard, state: 'paused' }
    const paused = { ...directory, paused: { at: 1_772_619_330, by: 'x', cause: 'guard' } }
    await sendMails(
      office.ports,
      [wish('directory-paused', paused), wish('directory-paused', directory, 2)],
      now,
    )
    const [sent, ...others] = office.letters
    assert.deepEqual(others, [])
    assert.equal(sent?.subject, 'The directory Entra ID is paused')
    assert.match(
      sent.text,
      /^At 2026-03-04 10:15 UTC .* 20 percent of its users, and more than 25\./,
    )
  })

  test('tells admins of a token that ends soon', async () => {
    const office = postOffice({ people: [person(1)] })
    const token = {
      orgId: orgId(1),
      directoryName: 'Okta',
      label: 'Sync',
      expiresAt: 1_772_619_330,
    }
    await sendMails(office.ports, [wish('scim-token-expiring', token)], now)
    const [sent] = office.letters
    assert.equal(sent?.subject, 'A token of the directory Okta ends soon')
    assert.match(
      sent.text,
      /^The token Sync, .* the directory Okta, ends at 2026-03-04 10:15 UTC\./,
    )
  })

  const alerts = [
    ['replay', 'a login token that had been used came again'],
    ['other_host', 'a login token came to another host'],
    ['odd_ratio', 'fewer than half of the login tokens'],
    ['every_page', 'whenever it shows a page'],
  ] as const
  for (const [kind, said] of alerts) {
    test(`tells admins of the alert ${kind} of an SSO token`, async () => {
      const office = postOffice({ people: [person(1), person(2)] })
      const alert = { kind, at: 1_772_619_330, traceId: 'trc_1' }
      const token = { orgId: orgId(1), label: 'Intranet', product: 'shop', alert }
      await sendMails(office.ports, [wish('sso-token-alert', token)], now)
      const [sent, ...others] = office.letters
      assert.deepEqual(others, [])
      assert.equal(sent?.subject, 'Look at the SSO token Intranet')
      assert.ok(sent.text.startsWith('At 2026-03-04 10:15 UTC '))
      for (const part of [said, 'by the SSO token Intranet of Acme 1, for shop', 'trc_1.']) {
        assert.ok(sent.text.includes(part), part)
      }
    })
  }

  test('names no trace in an alert that has none', async () => {
    const office = postOffice({ people: [person(1)] })
    const alert = { kind: 'odd_ratio', at: now }
    const token = { orgId: orgId(1), label: 'Intranet', product: 'shop', alert }
    await sendMails(office.ports, [wish('sso-token-alert', token)], now)
    assert.ok(!office.letters[0]?.text.includes('trace'))
  })

  test('sends a mail once to each, whatever the stream brings again', async () => {
    const office = postOffice({ people: [person(1), person(2)] })
    for (let i = 0; i < 3; i++) await sendMails(office.ports, [wish('sign-in-link', asked)], now)
    assert.equal(office.letters.length, 2)
    assert.equal(office.kept.length, 2)
    for (const until of office.sentMails.values()) assert.ok(until > now + 24 * 3600)
  })

  test('stops at a mail that cannot be sent now, and goes on there without repeating others', async () => {
    const ses = { isDown: true }
    const sends = ({ subject }: Letter) => {
      if (ses.isDown && subject.endsWith('Acme 2')) throw new Error('SES is away')
      return 'sent' as const
    }
    const office = postOffice({ people: [person(1), person(2)], sends })
    const wishes = [wish('sign-in-link', asked, 7), wish('sign-in-link', asked, 8)]
    assert.equal(await sendMails(office.ports, wishes, now), '7')
    assert.equal(office.letters.length, 1)
    ses.isDown = false
    assert.equal(await sendMails(office.ports, wishes, now), undefined)
    assert.equal(office.letters.length, 4)
  })

  test('gives up what SES will never take, and says so by id', async (t) => {
    const lines: string[] = []
    t.mock.method(console, 'info', (line: object) => lines.push(JSON.stringify(line)))
    const office = postOffice({ people: [person(1)], sends: () => 'rejected' })
    for (let i = 0; i < 2; i++) {
      assert.equal(await sendMails(office.ports, [wish('sign-in-link', asked)], now), undefined)
    }
    assert.equal(office.letters.length, 1)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"code":"mail_rejected","mailId":"mail_1"/)
    assert.doesNotMatch(lines.join(''), /@acme/)
  })
})

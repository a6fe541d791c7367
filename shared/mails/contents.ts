import { letter, time } from './letter.ts'
import type { Content } from './types.ts'

const NOT_YOU = 'If you did not ask for this, you need not do anything.'

type Signing = { organization: string; url: string }

export const signInByLink = ({ organization, url }: Signing, endsAt: number): Content =>
  letter({
    subject: `Your link to sign in to ${organization}`,
    paragraphs: [
      `Somebody, probably you, asked to sign in to the administration of ${organization}.`,
    ],
    action: { label: 'Sign in', url },
    ending: [`The link works once, until ${time(endsAt)}. Do not hand it on.`, NOT_YOU],
  })

export const signInByProvider = ({ organization, url }: Signing): Content =>
  letter({
    subject: `How to sign in to ${organization}`,
    paragraphs: [
      `Somebody, probably you, asked to sign in to the administration of ${organization}.`,
      "Its administrators sign in by their organization's single sign-on, not by mailed links.",
    ],
    action: { label: 'Sign in by single sign-on', url },
    ending: [NOT_YOU],
  })

type Invited = Signing & { role: string; endsAt: number }

const roles: Readonly<Record<string, string>> = {
  admin: 'as an administrator',
  reader: 'as an administrator who may look but not change',
}

export const invitation = ({ organization, url, role, endsAt }: Invited): Content =>
  letter({
    subject: `You are invited to ${organization}`,
    paragraphs: [
      `An administrator of ${organization} invites you ${roles[role] ?? 'to join it'}.`,
      'You accept by signing in.',
    ],
    action: { label: 'Sign in and accept', url },
    ending: [`The invitation ends at ${time(endsAt)}.`, 'If it is not for you, ignore it.'],
  })

export const confirmBreakGlass = ({ organization, url }: Signing, endsAt: number): Content =>
  letter({
    subject: `Confirm emergency access to ${organization}`,
    paragraphs: [
      `Somebody, probably you, asked for emergency access to the identity provider settings of ${organization}.`,
      'It takes two administrators: the door opens for 30 minutes once a second one has confirmed.',
    ],
    action: { label: 'Confirm with your name', url },
    ending: [
      `The link works once, until ${time(endsAt)}. All administrators are told when you use it.`,
      'If you did not ask for this, do not open it, and warn the other administrators.',
    ],
  })

type Requested = Signing & { requestedBy: string; endsAt: number }

export const breakGlassRequested = (asked: Requested): Content =>
  letter({
    subject: `Emergency access to ${asked.organization} was requested`,
    paragraphs: [
      `${asked.requestedBy} asks for emergency access to the identity provider settings of ${asked.organization}.`,
      'If you know that single sign-on is broken and that this is right, confirm it with your own address.',
    ],
    action: { label: 'Ask for your own link', url: asked.url },
    ending: [
      `The request ends at ${time(asked.endsAt)}.`,
      'If it is not right, do nothing here, and talk to the one who asked.',
    ],
  })

type Opened = { organization: string; people: readonly string[]; openUntil: number }

export const breakGlassOpened = ({ organization, people, openUntil }: Opened): Content =>
  letter({
    subject: `Emergency access to ${organization} is open`,
    paragraphs: [
      `${people.join(' and ')} opened emergency access to the identity provider settings of ${organization}.`,
      'They can change how everybody signs in. Nothing else is open to them by this.',
    ],
    ending: [
      `It closes by itself at ${time(openUntil)}. A record of it is kept.`,
      'If it is not right, suspend these administrators at once: their access ends with it.',
    ],
  })

type Domain = { organization: string; domain: string; graceEndsAt: number | undefined }

export const domainMissing = ({ organization, domain, graceEndsAt }: Domain): Content =>
  letter({
    subject: `The proof of ${domain} is missing`,
    paragraphs: [
      `We no longer find the proof that ${domain} belongs to ${organization}, neither in DNS nor on its web server.`,
      'Please put it back as it was: the administration shows what it has to be.',
    ],
    ending: [
      graceEndsAt === undefined
        ? 'Until then everybody signs in as before.'
        : `Everybody signs in as before until ${time(graceEndsAt)}; then the domain lapses.`,
    ],
  })

export const domainLapsed = ({ organization, domain }: Domain): Content =>
  letter({
    subject: `The domain ${domain} has lapsed`,
    paragraphs: [
      `The proof that ${domain} belongs to ${organization} was missing for too long, so the domain is no longer verified.`,
      'People with addresses in it cannot sign in by single sign-on until it is proved again.',
    ],
    ending: ['To prove it again, claim it in the administration and follow its steps.'],
  })

type Paused = {
  organization: string
  directory: string
  at: number
  share: number
  atLeast: number
}

export const directoryPaused = ({ organization, directory, ...guard }: Paused): Content =>
  letter({
    subject: `The directory ${directory} is paused`,
    paragraphs: [
      `At ${time(guard.at)} the directory ${directory} of ${organization} was about to go too far: within an hour it would have kept out, or taken out of groups, more than ${guard.share} percent of its users, and more than ${guard.atLeast}.`,
      'We have paused it, and have not made that change. What it changed before is as it was sent.',
    ],
    ending: [
      'Look in the administration at what came, mend the identity provider, and resume the directory.',
      'Until then the identity provider changes nothing here; it is asked to try again later.',
    ],
  })

type Expiring = { organization: string; directory: string; label: string; expiresAt: number }

export const scimTokenExpiring = ({ organization, ...token }: Expiring): Content =>
  letter({
    subject: `A token of the directory ${token.directory} ends soon`,
    paragraphs: [
      `The token ${token.label}, by which an identity provider provisions people of ${organization} through the directory ${token.directory}, ends at ${time(token.expiresAt)}.`,
      'From then on nobody is created, changed or removed by it.',
    ],
    ending: [
      'To replace it without a gap, make a second token in the administration, enter it at the identity provider, and revoke this one.',
    ],
  })

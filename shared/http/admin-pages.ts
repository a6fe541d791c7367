import type { LinkKind } from '../admin/mailed-link.ts'
import { isoTime } from '../time.ts'
import { escapeHtml, htmlPage } from './html.ts'
import type { HttpResponse } from './respond.ts'

/** Where an administrator goes once they are signed in. */
export const CENTER_PATH = '/center'

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`
const link = (href: string, text: string) => `<p><a href="${href}">${escapeHtml(text)}</a></p>`

const emailForm = (action: string, button: string) =>
  `<form method="post" action="${action}"><p><label for="email">Your e-mail address</label><br>` +
  `<input id="email" name="email" type="email" autocomplete="username" required autofocus></p>` +
  `<p><button type="submit">${escapeHtml(button)}</button></p></form>`

/** Asks an administrator how to sign in. */
export const signInPage = (isMistaken = false): HttpResponse =>
  htmlPage(
    isMistaken ? 400 : 200,
    'Sign in to the administration',
    (isMistaken ? mistake : '') +
      link('/admin/sign-in/sso', 'Sign in by single sign-on') +
      paragraph('Your organization has no single sign-on yet? We send you a link.') +
      emailForm('/admin/sign-in/link', 'Send me a link'),
  )

const mistake = '<p role="alert">Please enter one complete e-mail address.</p>'

/** Asks an administrator who cannot sign in as usual. */
export const emergencyPage = (isMistaken = false): HttpResponse =>
  htmlPage(
    isMistaken ? 400 : 200,
    'Emergency access',
    (isMistaken ? mistake : '') +
      paragraph('For administrators whose single sign-on is broken, to mend it.') +
      paragraph(
        'Two administrators have to confirm by mail. Then both can change the settings of identity ' +
          'providers for 30 minutes. All administrators are told.',
      ) +
      emailForm('/admin/break-glass', 'Send me a link to confirm'),
  )

/** Says the same to everybody. */
export const checkMailPage = (): HttpResponse =>
  htmlPage(
    202,
    'Check your mail',
    paragraph('If this address belongs to an administrator, a mail is on its way to it.') +
      paragraph('It can take some minutes. Look into the folder for unwanted mails, too.'),
  )

type Offered = { kind: LinkKind; token: string; nonce: string; email: string; organization: string }

const offers = {
  'sign-in': ['Sign in', 'You are about to sign in to the administration of'],
  invitation: ['Accept and sign in', 'You are invited to the administration of'],
  'break-glass': [
    'Confirm emergency access',
    'You are about to confirm emergency access to the identity provider settings of',
  ],
} as const satisfies Record<LinkKind, readonly [string, string]>

/** Mail programs open links by themselves, so a link does nothing before its button is pressed. */
export function linkPage({ kind, token, nonce, email, organization }: Offered): HttpResponse {
  const [button, text] = offers[kind]
  const page = htmlPage(
    200,
    button,
    paragraph(`${text} ${organization} as ${email}.`) +
      paragraph('If that is not you, close this page.') +
      `<form method="post" action="/admin/sign-in/confirm">` +
      `<input type="hidden" name="token" value="${escapeHtml(token)}">` +
      `<input type="hidden" name="nonce" value="${escapeHtml(nonce)}">` +
      `<p><button type="submit">${button}</button></p></form>`,
  )
  // The post must say where it comes from; the address of this page, with the token, nobody gets.
  return { ...page, headers: { ...page.headers, 'referrer-policy': 'strict-origin' } }
}

/** One page for all that can be wrong with a link. */
export const deadLinkPage = (): HttpResponse =>
  htmlPage(
    410,
    'This link does not work',
    paragraph('It was used already, it is too old, or it is not for this browser.') +
      link('/admin/sign-in', 'Start again'),
  )

const refusals = {
  same_administrator: 'You have confirmed already. Now another administrator has to.',
  opened_by_others: 'Emergency access is open already, to the two who confirmed it.',
} as const

export const emergencyRefusedPage = (cause: keyof typeof refusals): HttpResponse =>
  htmlPage(409, 'Emergency access', paragraph(refusals[cause]))

/** For somebody who is known and administers nothing. */
export const notAdministratorPage = (): HttpResponse =>
  htmlPage(
    403,
    'You are no administrator',
    paragraph('You are signed in, but you do not administer this organization.') +
      paragraph('If that is not right, ask one of its administrators.'),
  )

/** One page for all that can go wrong on the way back from a provider. */
export const startAgainPage = (): HttpResponse =>
  htmlPage(
    403,
    'Sign-in did not work',
    paragraph('A sign-in to the administration has to start here, in this browser.') +
      link('/admin/sign-in/sso', 'Start again'),
  )

/**
 * Leads on by a page of ours: a redirect would still count as the provider's, and the browser would
 * keep the cookies of the session back.
 */
export const welcomePage = (): HttpResponse =>
  htmlPage(
    200,
    'You are signed in',
    `<meta http-equiv="refresh" content="0;url=${CENTER_PATH}">${link(CENTER_PATH, 'Continue')}`,
  )

type Shown = { email: string; role: string; organization: string }

/** Who somebody is signed in as. */
export const centerPage = ({ email, role, organization }: Shown): HttpResponse =>
  htmlPage(
    200,
    organization,
    paragraph(`You are signed in as ${email}.`) +
      paragraph(
        role === 'admin'
          ? 'You administer this organization.'
          : 'You may look at this organization, but not change it.',
      ),
  )

/** What an emergency has come to, for the two who confirm it. */
export const doorPage = (doorClosesAt: number | undefined): HttpResponse =>
  doorClosesAt === undefined
    ? htmlPage(
        200,
        'Waiting for another administrator',
        `<meta http-equiv="refresh" content="10">` +
          paragraph(
            'All administrators have been told. Once another one confirms, you can go on.',
          ) +
          paragraph('Leave this page open: it looks again by itself.'),
      )
    : htmlPage(
        200,
        'Emergency access is open',
        paragraph(
          `You can change the settings of identity providers until ${isoTime(doorClosesAt)}.`,
        ) + link(CENTER_PATH, 'Continue'),
      )

/** For somebody whose session is over, or who has none. */
export const signedOutPage = (): HttpResponse =>
  htmlPage(
    401,
    'You are not signed in',
    link('/admin/sign-in', 'Sign in') + link('/admin/break-glass', 'Emergency access'),
  )

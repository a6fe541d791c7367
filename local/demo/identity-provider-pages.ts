import { createHash } from 'node:crypto'
import type { DemoResponse } from './demo-server.ts'
import { type Html, html, page } from './html.ts'
import { DEMO_DOMAIN, type Person, people } from './people.ts'

/** A person chose to start here instead of at a product. */
export const startPage = (productUrl: string): DemoResponse => ({
  status: 200,
  body: page(
    'Demo identity provider',
    html`<p>This page plays the identity provider of a customer. Start a sign-in here, without a
request of the service (IdP-initiated): choose who you are, and where to go.</p>
<form method="post" action="/start">
<label>RelayState: a product’s key or one of its addresses; empty for the default product
<input type="text" name="RelayState" value="${productUrl}/rooms/42"></label>
${personChoice}
</form>
<p>Or start at the product: <a href="${productUrl}/">${productUrl}/</a></p>`,
  ),
})

/** @param fields what came with the request and is sent back with the choice */
export const signInPage = (fields: URLSearchParams): DemoResponse => ({
  status: 200,
  body: page(
    'Sign in',
    html`<p>The service asks this identity provider who you are (SP-initiated).</p>
<form method="post" action="/sso">
${[...fields].map(([name, value]) => hidden(name, value))}
${personChoice}
</form>`,
  ),
})

export const refusalPage = (status: number, reason: string): DemoResponse => ({
  status,
  body: page('This cannot be answered', html`<p>${reason}</p><p><a href="/">Start again</a></p>`),
})

const hidden = (name: string, value: string) =>
  html`<input type="hidden" name="${name}" value="${value}">`

const noteOn = ({ email }: Person): string =>
  email.endsWith(`@${DEMO_DOMAIN}`) ? '' : ' – refused: the organization has not proved this domain'

const personChoice: Html = html`<fieldset><legend>Who are you?</legend>
${people.map(
  (person) => html`<p><button name="person" value="${person.id}">${person.displayName}</button>
<span class="note">${person.email}${noteOn(person)}</span></p>`,
)}
</fieldset>`

const SUBMIT = 'document.forms[0].submit()'
const SUBMIT_HASH = createHash('sha256').update(SUBMIT).digest('base64')

/** The form of the HTTP-POST binding, which sends itself (SAML Bindings 2.0 §3.5.4). */
export const postPage = (
  action: string,
  fields: Readonly<Record<string, string>>,
): DemoResponse => ({
  status: 200,
  headers: {
    'content-security-policy': `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${SUBMIT_HASH}'`,
  },
  body: page(
    'You are signed in',
    html`<form method="post" action="${action}">
${Object.entries(fields).map(([name, value]) => hidden(name, value))}
<p><button>Continue</button></p>
</form>
<script>${{ markup: SUBMIT }}</script>`,
  ),
})

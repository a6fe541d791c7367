import type { JWTPayload } from 'jose'
import type { DemoResponse } from './demo-server.ts'
import { html, page } from './html.ts'

/** A page for somebody who is not signed in; signing in leads back to it. */
export function welcomePage(
  path: string,
  { key, loginUrl }: { key: string; loginUrl: string },
): DemoResponse {
  const login = (target: string) => `${loginUrl}?${new URLSearchParams({ product: key, target })}`
  return {
    status: 200,
    body: page(
      'Demo product',
      html`<p>This page plays a product of the vendor. You are not signed in.</p>
<p><a class="button" href="${login(path)}">Sign in with Acme</a></p>
<p><a href="${login('/rooms/42?view=agenda')}">Sign in and go to room 42</a></p>`,
    ),
  }
}

/** @param claims of the verified JWT */
export const signedInPage = (path: string, claims: JWTPayload): DemoResponse => ({
  status: 200,
  body: page(
    'Demo product',
    html`<p>You are signed in as <strong>${textOf(claims['name'] ?? claims['email'])}</strong>
and are at <code>${path}</code>.</p>
<table><caption>Claims of the signed token, verified with the keys of the service</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Value</th></tr></thead>
<tbody>${Object.entries(claims).map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td>${textOf(value)}</td></tr>
`,
    )}</tbody></table>
<form method="post" action="/sign-out"><p><button>Sign out</button></p></form>`,
  ),
})

export const failurePage = (status: number, reason: string): DemoResponse => ({
  status,
  body: page('Sign-in did not work', html`<p>${reason}</p><p><a href="/">Try again</a></p>`),
})

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

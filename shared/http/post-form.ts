import { hash } from 'node:crypto'
import { escapeHtml, STYLE } from './html.ts'
import { type HttpResponse, respond } from './respond.ts'

const SUBMIT = 'document.forms[0].submit()'
const SUBMIT_HASH = hash('sha256', SUBMIT, 'base64')

const headers = {
  'content-type': 'text/html; charset=utf-8',
  // No form-action: browsers hold it against redirects too, and the receiver's are its own.
  'content-security-policy':
    `default-src 'none'; script-src 'sha256-${SUBMIT_HASH}'; style-src 'unsafe-inline'; ` +
    `base-uri 'none'; frame-ancestors 'none'`,
  // Without any referrer the post would have `Origin: null`, which some firewalls refuse.
  'referrer-policy': 'strict-origin',
}

/**
 * A page with a form that sends itself; where scripts are off, a person presses its button.
 *
 * Source: SAML Bindings 2.0 §3.5.4 (HTTP-POST), §3.5.5.1 (no caching).
 */
export function postForm(action: string, fields: Readonly<Record<string, string>>): HttpResponse {
  const inputs = Object.entries(fields).map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return respond(
    200,
    headers,
    `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width"><title>One moment</title>` +
      `<style>${STYLE}</style></head><body><main><h1>One moment</h1>` +
      `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}` +
      `<noscript><p>Your browser runs no scripts here, so please go on by hand.</p></noscript>` +
      `<p><button type="submit">Continue</button></p></form></main>` +
      `<script>${SUBMIT}</script></body></html>`,
  )
}

import { type Candidate, loginUrl, type Wanted } from '../login/discover.ts'
import { escapeHtml, htmlPage } from './html.ts'
import type { HttpResponse } from './respond.ts'

/** The page that asks for the address; after a mistake it says so (R17). */
export function askPage({ product, target }: Wanted, isMistaken = false): HttpResponse {
  const described = isMistaken ? ' aria-invalid="true" aria-describedby="mistake"' : ''
  const mistake = '<p id="mistake" role="alert">Please enter one complete e-mail address.</p>'
  return htmlPage(
    isMistaken ? 400 : 200,
    'Sign in',
    `<form method="post" action="/login">${hidden('product', product)}${hidden('target', target)}` +
      `${isMistaken ? mistake : ''}<p><label for="email">Your work e-mail address</label><br>` +
      `<input id="email" name="email" type="email" autocomplete="username" required autofocus` +
      `${described}></p><p><button type="submit">Continue</button></p></form>`,
  )
}

const hidden = (name: string, value: string | undefined) =>
  value === undefined ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`

/** The page where people choose among the providers of their organization. */
export const choosePage = (
  publicUrl: string,
  candidates: readonly Candidate[],
  wanted: Wanted,
): HttpResponse =>
  htmlPage(
    200,
    'Sign in',
    `<p>How do you want to sign in?</p><ul>${candidates
      .map(({ id, name }) => item(loginUrl(publicUrl, id, wanted), name))
      .join('')}</ul>`,
  )

const item = (url: string, name: string) =>
  `<li><a href="${escapeHtml(url)}">${escapeHtml(name)}</a></li>`

/** The page for an address that nobody signs in with here. */
export const nobodyPage = (): HttpResponse =>
  htmlPage(
    404,
    'We cannot sign you in here',
    '<p>There is no single sign-on for this address. Please check its spelling, or ask your ' +
      'administrator.</p><p><a href="/login">Enter another address</a></p>',
  )

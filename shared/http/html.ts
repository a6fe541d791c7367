import { type HttpResponse, respond } from './respond.ts'

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand in an element or in a quoted attribute. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => escapes[c] ?? c)

/** The style of our pages. */
export const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;' +
  'color:#1a1a1a;background:#fff}code{font-size:1.1em;user-select:all}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}'

type Page = { title: string; text: string; traceId: string }

/** Nothing runs on our pages and nothing is loaded but what they bring along. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

/**
 * A page of ours.
 *
 * @param main HTML; what comes from outside must be escaped in it
 */
export const htmlPage = (statusCode: number, title: string, main: string): HttpResponse =>
  respond(
    statusCode,
    { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
    `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>` +
      `<style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>` +
      `${main}</main></body></html>`,
  )

/** A page for people whose sign-in went wrong: nothing on it helps an attacker (R40). */
export const errorPage = (statusCode: number, { title, text, traceId }: Page): HttpResponse =>
  htmlPage(
    statusCode,
    title,
    `<p>${escapeHtml(text)}</p>` +
      `<p>If you need help, give your administrator this trace id: ` +
      `<code id="trace-id">${escapeHtml(traceId)}</code></p>`,
  )

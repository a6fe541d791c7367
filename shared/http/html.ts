import { type HttpResponse, respond } from './respond.ts'

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => escapes[c] ?? c)

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;' +
  'color:#1a1a1a;background:#fff}code{font-size:1.1em;user-select:all}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}'

type Page = { title: string; text: string; traceId: string }

/** A page for people whose sign-in went wrong: nothing on it helps an attacker (R40). */
export const errorPage = (statusCode: number, { title, text, traceId }: Page): HttpResponse =>
  respond(
    statusCode,
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
    `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>` +
      `<style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>` +
      `<p>${escapeHtml(text)}</p>` +
      `<p>If you need help, give your administrator this trace id: ` +
      `<code id="trace-id">${escapeHtml(traceId)}</code></p></main></body></html>`,
  )

import { isoTime } from '../time.ts'
import type { Content } from './types.ts'

/** For example `2026-03-04 10:15 UTC`. */
export const time = (seconds: number) => `${isoTime(seconds).slice(0, 16).replace('T', ' ')} UTC`

/** What a mail is made of. Every part may hold what people have typed. */
export type Parts = {
  subject: string
  /** What it is and who asked for it. */
  paragraphs: readonly string[]
  /** What to do. */
  action?: { label: string; url: string }
  /** When it ends, and what to do if it was not meant. */
  ending: readonly string[]
}

/** The two forms of a mail, plain text and HTML, with the same words. */
export function letter({ subject, paragraphs, action, ending }: Parts): Content {
  const link = action ? [`${action.label}:\n${action.url}`] : []
  const text = [...paragraphs, ...link, ...ending].join('\n\n')
  const html = [
    ...paragraphs.map(paragraph),
    ...(action
      ? [`<p><a href="${escapeText(action.url)}">${escapeText(action.label)}</a></p>`]
      : []),
    ...ending.map(paragraph),
  ].join('\n')
  return {
    subject: oneLine(subject),
    text: `${text}\n`,
    html: `<!doctype html><html lang="en"><body style="font:1rem/1.5 sans-serif">\n${html}\n</body></html>\n`,
  }
}

const paragraph = (text: string) => `<p>${escapeText(text)}</p>`

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeText = (text: string) => text.replace(/[&<>"']/g, (c) => escapes[c] ?? c)

/** A header has one line, and mail programs cut long ones. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 150)

/** The form of a demo page: where it is sent, and its hidden fields. */
export type PostForm = { action: string; fields: URLSearchParams }

/** Reads the one form of a page that html.ts wrote; for pages of others this is no parser. */
export function readForm(markup: string, url: string): PostForm {
  const [, action] = /<form method="post" action="([^"]*)"/.exec(markup) ?? []
  if (action === undefined) throw new Error(`${url} shows no form`)
  const fields = new URLSearchParams()
  for (const [, name = '', value = ''] of markup.matchAll(HIDDEN)) {
    fields.append(plainText(name), plainText(value))
  }
  return { action: new URL(plainText(action), url).href, fields }
}

const HIDDEN = /<input type="hidden" name="([^"]*)" value="([^"]*)">/g

const characters: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** Text of a demo page as a person reads it. */
export const plainText = (markup: string) =>
  markup.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters[entity] ?? entity)

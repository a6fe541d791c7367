/** Markup in which every value has been escaped. */
export type Html = { readonly markup: string }

type Value = string | Html | readonly Html[]

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Tag of template literals: text is escaped, markup and lists of markup are not. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: parts.map((part, index) => part + markupOf(values[index] ?? '')).join(''),
})

function markupOf(value: Value): string {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (c) => escapes[c] ?? c)
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
}

const STYLE: Html = {
  markup: `<style>
    body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem;
      color: #1a1a1a; background: #fff }
    a { color: #0b57d0 }
    button, .button { display: inline-block; font: inherit; padding: .5rem 1rem; margin: .25rem 0;
      border: 1px solid #0b57d0; border-radius: .4rem; background: #0b57d0; color: #fff;
      text-decoration: none; cursor: pointer }
    button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid #f2a900;
      outline-offset: 2px }
    fieldset { border: 1px solid #767676; border-radius: .4rem; margin: 1rem 0 }
    label { display: block; padding: .25rem 0 }
    input[type=text] { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem }
    table { border-collapse: collapse; width: 100% }
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
      border-bottom: 1px solid #ccc }
    td { overflow-wrap: anywhere }
    .note { color: #595959 }
    @media (prefers-color-scheme: dark) {
      body { color: #eee; background: #161616 } a { color: #8ab4f8 } .note { color: #b3b3b3 }
    }
  </style>`,
}

/** A whole page of the demo. */
export const page = (title: string, content: Html): Html => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>${title}</title>${STYLE}</head>
<body><main><h1>${title}</h1>
${content}
</main></body>
</html>
`

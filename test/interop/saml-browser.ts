import {
  type HtmlForm,
  type HttpSession,
  type Page,
  readForms,
  readFrames,
  readText,
} from './http-session.ts'

/**
 * Does what the scripts of SAML pages do in a browser: sends a form that carries a message, and
 * loads the frames of a page. Returns the page at which a person would come to rest.
 */
export async function settle(session: HttpSession, page: Page, hopsLeft = 20): Promise<Page> {
  if (hopsLeft === 0) throw new Error(`no end of SAML messages, the last one at ${page.url}`)
  const form = formWith(page, 'SAMLRequest') ?? formWith(page, 'SAMLResponse')
  if (form) return settle(session, await session.submit(form), hopsLeft - 1)
  for (const url of readFrames(page)) {
    const frame = await settle(session, await session.open(url), hopsLeft - 1)
    // Nobody would see it, but the test should.
    if (frame.status >= 400) throw new Error(`${frame.status} in a frame: ${readText(frame)}`)
  }
  // LemonLDAP::NG shows the frames of a logout for some seconds before it goes on.
  const next = formWith(page, 'relay')
  return next ? settle(session, await session.submit(next), hopsLeft - 1) : page
}

const formWith = (page: Page, field: string): HtmlForm | undefined =>
  readForms(page).find(({ fields }) => fields.has(field))

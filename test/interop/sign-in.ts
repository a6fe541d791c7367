import {
  type HtmlForm,
  type HttpSession,
  httpSession,
  type Page,
  readForms,
  readText,
} from './http-session.ts'

/** The form by which a provider's page would post its answer to the service provider. */
export type ResponseForm = {
  readonly action: string
  readonly fields: { readonly SAMLResponse: string; readonly RelayState?: string }
}

/**
 * Plays the browser from a start address (a service provider's login or an IdP-initiated one) to
 * the page that would post the response, and returns that post without sending it. Pass a session
 * of your own to send it with the cookies gathered on the way, or to sign in again without the
 * password form. Throws when the provider refuses, with the text of its page.
 */
export async function signIn(
  startUrl: string,
  credentials: { username: string; password: string },
  session: HttpSession = httpSession(),
): Promise<ResponseForm> {
  const start = await session.open(startUrl)
  const request = findForm(start, 'SAMLRequest')
  const arrival = request ? await session.submit(request) : start
  return readAnswer(await enterPassword(arrival, credentials, session), credentials.username)
}

/** Sends the page's password form; a page without one is returned as it is. */
export async function enterPassword(
  page: Page,
  credentials: { username: string; password: string },
  session: HttpSession,
): Promise<Page> {
  const login = findForm(page, 'password')
  if (!login) return page
  fillIn(login, credentials)
  return session.submit(login)
}

/** Providers disagree on what the field for the name is called. */
function fillIn({ fields }: HtmlForm, credentials: { username: string; password: string }) {
  fields.set(fields.has('username') ? 'username' : 'user', credentials.username)
  fields.set('password', credentials.password)
}

function readAnswer(page: Page, username: string): ResponseForm {
  const form = findForm(page, 'SAMLResponse')
  const samlResponse = form?.fields.get('SAMLResponse')
  if (!form || !samlResponse) {
    const reason = findForm(page, 'password') ? 'wrong user name or password' : 'no SAML response'
    const shown = `${page.status} ${page.url}: ${readText(page).slice(0, 1000)}`
    throw new Error(`${username} was not signed in (${reason}); the provider shows ${shown}`)
  }
  const relayState = form.fields.get('RelayState')
  return {
    action: form.action,
    fields: {
      SAMLResponse: samlResponse,
      ...(relayState !== null && { RelayState: relayState }),
    },
  }
}

const findForm = (page: Page, field: string) =>
  readForms(page).find((form) => form.fields.has(field))

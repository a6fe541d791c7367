import { type HttpSession, httpSession, type Page, readForms, readText } from './http-session.ts'

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
  const login = findForm(arrival, 'password')
  login?.fields.set('username', credentials.username)
  login?.fields.set('password', credentials.password)
  return readAnswer(login ? await session.submit(login) : arrival, credentials.username)
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

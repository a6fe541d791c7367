import { type Outgoing, redirectUrl } from './redirect-binding.ts'
import { type Sign, signMessage } from './sign-message.ts'

/** How a message leaves through the browser: an address to go to, or a form to post. */
export type Departure =
  | { binding: 'redirect'; location: string }
  | { binding: 'post'; action: string; fields: Readonly<Record<string, string>> }

/**
 * Makes a message ready to leave, signed where a signer is given: over the query by HTTP-Redirect,
 * in the XML by HTTP-POST.
 *
 * Source: SAML Bindings 2.0 §3.4, §3.5.
 */
export async function sendMessage(
  binding: 'redirect' | 'post',
  outgoing: Outgoing,
  sign?: Sign,
): Promise<Departure> {
  if (binding === 'redirect') return { binding, location: await redirectUrl(outgoing, sign) }
  const { location, parameter, message, relayState } = outgoing
  const xml = sign ? await signMessage(message, sign) : message
  const fields = {
    [parameter]: Buffer.from(xml).toString('base64'),
    ...(relayState !== undefined && { RelayState: relayState }),
  }
  return { binding, action: location, fields }
}

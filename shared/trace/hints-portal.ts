import type { Hint } from './hints.ts'

const secret =
  'Compare the SSO token in the configuration of the portal with that of the administration, or make a new one: its secret was shown once.'
const parted =
  'The link was altered on its way, or belongs to somebody else. If nobody tried that on purpose, let the portal send people to the address that it gets with the token.'
const again = 'The person should open the link in the portal again.'

/** Of partner portals. */
export const portalHints = {
  sso_token_malformed: {
    text: `The portal sent no SSO token as "Authorization: Bearer sso_…". ${secret}`,
  },
  sso_token_unknown: { text: `There is no such SSO token. ${secret}` },
  sso_token_wrong: { text: `The secret is not that of the SSO token. ${secret}` },
  sso_token_removed: {
    text: 'The SSO token was removed, and all that it had issued with it. Make a new one for the portal.',
  },
  sso_token_expired: { text: 'The SSO token has expired. Make a new one for the portal.' },
  organization_closed: { text: 'The organization is being deleted, or imported.' },
  identifier_not_enabled: {
    text: 'The portal names people by user name, and the SSO token is for addresses, or the other way round. Make one that is for what the portal has.',
  },
  user_unknown: {
    text: 'Nobody here has that address, or that user name. Let the person sign in once by single sign-on, provision or create them; compare how the portal spells it.',
  },
  user_missing: { text: 'The user was deleted. Restore them, or create them anew.' },
  user_invited: { text: 'The person was invited and has not come yet. They should accept first.' },
  product_missing: { text: 'There is no such product any more. Make an SSO token for another.' },
  host_not_listed: {
    text: 'The product no longer answers at the host that the SSO token names. Ask the vendor, or make one without a host.',
  },
  target_not_allowed: {
    text: 'The target is no page that the product may be entered at. Correct the link in the portal.',
  },
  target_unsafe: {
    text: 'The target is no relative path, such as invoices.html. If the portal did not make it, somebody tries to lead people elsewhere.',
  },
  target_mismatch: { text: `The browser came with another target than was asked for. ${parted}` },
  person_mismatch: {
    text: `The browser came with another address, or user name, than the token is for. ${parted}`,
  },
  token_malformed: { text: 'The browser came without a login token, or with several.' },
  token_unknown: {
    text: `The login token never was, or is older than an hour. ${again}`,
  },
  token_expired: {
    text: `The login token was older than 20 seconds. ${again} If it happens often, the portal asks for tokens before links are opened: it should ask when one is.`,
  },
  token_used: {
    text: 'The login token had been used. If nobody opened the same link twice, somebody has read it: look at who could.',
  },
  token_of_another_product: {
    text: 'A product tried to redeem a login token that is for another one. Look at where its people come from.',
  },
  session_ended: { text: `All sessions of the user were ended since. ${again}` },
  host_missing: {
    text: 'The login token is for a host of its own, and the product did not say at which it was reached. It must send "host" when it redeems.',
  },
  host_mismatch: {
    text: 'The product was reached at another host than the login token is for. If it was not moved, somebody leads people to the wrong place.',
  },
} as const satisfies Record<string, Hint>

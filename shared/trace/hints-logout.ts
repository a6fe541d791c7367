import type { Hint } from './hints.ts'

const link =
  'The address of the logout is not as SAML has it. Compare the single logout address at the provider with the setup guide.'
const fault =
  'This is a fault of the provider: it does not follow the Single Logout profile of SAML 2.0.'
const again = 'Nothing is wrong if somebody pressed the back button; otherwise it is an attack.'
const clock =
  'Check the clock of the provider; a difference can be allowed for by the clock skew of the configuration.'

/** Of single logout alone. */
export const logoutHints = {
  redirect_malformed: { text: link },
  redirect_encoding: { text: link },
  redirect_not_deflated: { text: link },
  logout_malformed: {
    text: 'This is another SAML message than a LogoutRequest or a LogoutResponse. Responses of sign-ins go to the ACS address.',
  },
  logout_duplicate_id: {
    text: 'Two elements have the same ID. This is a fault of the provider, or an attack.',
  },
  logout_version: { text: 'The provider speaks another version of SAML than 2.0.' },
  logout_destination: {
    text: 'The message was made for another address than the one that it came to.',
    at: {
      'entra-id': 'Single sign-on > Basic SAML Configuration > Logout Url.',
      okta: 'General > SAML Settings > Single Logout URL.',
      adfs: 'Relying party trust > Endpoints > SAML Logout.',
      keycloak: 'Client > Advanced > Logout Service URLs.',
    },
  },
  logout_issuer: {
    text: 'The message names another issuer than the provider is configured with. Read its metadata again.',
  },
  logout_time_malformed: { text: fault },
  logout_from_the_future: { text: clock },
  logout_expired: { text: `The message is older than five minutes. ${clock}` },
  logout_name_id: {
    text: 'The message must name one person by the NameID that the assertion had.',
  },
  logout_name_id_encrypted: { text: 'The NameID is encrypted. Switch that off for logout.' },
  logout_session_index: { text: 'The message names more than a hundred sessions.' },
  logout_in_response_to: { text: fault },
  logout_status: { text: fault },
  session_unknown: { text: 'The session has ended, is older than it is kept, or never was.' },
  logout_replayed: { text: `The message was sent a second time. ${again}` },
  logout_unknown: { text: 'The message answers a logout that we did not start.' },
  logout_of_another_idp: {
    text: 'Another provider answered than the one that was asked. If somebody tried that on purpose, it is an attack.',
  },
  logout_answered: { text: `The logout was answered before. ${again}` },
  logout_late: {
    text: 'The answer came more than ten minutes after our request. Our session had ended at once.',
  },
} as const satisfies Record<string, Hint>

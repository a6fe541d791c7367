import type { Hint } from './hints.ts'

const acs = {
  'entra-id': 'Single sign-on > Basic SAML Configuration > Reply URL.',
  okta: 'General > SAML Settings > Single sign-on URL; also for Recipient and Destination.',
  adfs: 'Relying party trust > Endpoints.',
  google: 'Service provider details > ACS URL.',
  jumpcloud: 'SSO > ACS URLs.',
  onelogin: 'Configuration > Recipient, and ACS (Consumer) URL.',
  keycloak: 'Client > Settings > Master SAML Processing URL, or Valid redirect URIs.',
} as const

const entityId = {
  'entra-id': 'Single sign-on > Basic SAML Configuration > Identifier (Entity ID).',
  okta: 'General > SAML Settings > Audience URI (SP Entity ID).',
  adfs: 'Relying party trust > Identifiers.',
  google: 'Service provider details > Entity ID.',
  jumpcloud: 'SSO > SP Entity ID.',
  onelogin: 'Configuration > Audience (EntityID).',
  keycloak: 'Client > Settings > Client ID.',
} as const

const clock =
  'Check the clock of the provider; a difference can be allowed for by the clock skew of the configuration.'
const fault =
  'This is a fault of the provider: it does not follow the Web Browser SSO profile of SAML 2.0.'
const again = 'The person should start again; it took too long between the provider and us.'
const mapping = {
  'entra-id': 'Single sign-on > Attributes & Claims.',
  okta: 'General > SAML Settings > Attribute Statements.',
  adfs: 'Relying party trust > Edit Claim Issuance Policy.',
  google: 'SAML attribute mapping.',
  jumpcloud: 'SSO > User Attribute Mapping.',
  onelogin: 'Parameters.',
  keycloak: 'Client scopes > dedicated scope > Mappers.',
  shibboleth: 'attribute-filter.xml must release it.',
} as const

/** Of the response and the assertion. */
export const assertionHints = {
  response_version: { text: 'The provider speaks another version of SAML than 2.0.' },
  response_destination: {
    text: 'The response was made for another address than the one that it came to.',
    at: acs,
  },
  response_issuer: {
    text: 'The response names another issuer than the provider is configured with. Read its metadata again.',
  },
  response_status: {
    text: 'The provider itself refused the sign-in; its status says why. Most often the person is not assigned to the application, or cannot do what was asked for.',
    at: {
      'entra-id': 'Users and groups: assign the person.',
      okta: 'Assignments: assign the person.',
      google: 'Switch the app on for the organizational unit.',
    },
  },
  assertion_malformed: { text: fault },
  assertion_issuer: {
    text: 'The assertion names another issuer than the provider is configured with. Read its metadata again.',
  },
  assertion_time_malformed: { text: fault },
  assertion_not_yet_valid: { text: clock },
  assertion_expired: { text: `${again} ${clock}` },
  assertion_from_the_future: { text: clock },
  audience: {
    text: 'The assertion was made for another application: its audience must be our entity ID, letter by letter.',
    at: entityId,
  },
  conditions_missing: { text: fault },
  conditions_unknown: {
    text: 'The assertion has a condition that we do not know, and may not be used then.',
  },
  subject_missing: { text: 'The assertion names nobody: it needs a NameID.', at: mapping },
  subject_encrypted: {
    text: 'The NameID is encrypted on its own. Encrypt the whole assertion instead.',
  },
  attribute_encrypted: {
    text: 'An attribute is encrypted on its own. Encrypt the whole assertion instead.',
  },
  subject_confirmation: { text: fault },
  subject_confirmation_recipient: {
    text: 'The assertion was made for another address than the one that it came to.',
    at: acs,
  },
  subject_confirmation_expired: { text: `${again} ${clock}` },
  in_response_to: {
    text: 'The response answers another request than the one that was sent, or claims to answer one although nobody asked.',
  },
  authn_statement_missing: { text: 'The assertion does not say that the person has signed in.' },
  session_expired: {
    text: "The person's session at the provider is over. They should sign in there again.",
  },
  authn_too_old: {
    text: 'The product asks for a fresh sign-in, and the provider answered with an old one. It must honour ForceAuthn.',
  },
  authn_context: {
    text: 'The product asks for a certain kind of sign-in, such as several factors, and the provider answered with another one.',
  },
} as const satisfies Record<string, Hint>

/** Of who the person is to us. */
export const accountHints = {
  name_id_transient: {
    text: 'The NameID is another one at each sign-in. Send a persistent one, or an attribute that never changes and name it in the mapping as subject.',
    at: {
      shibboleth: 'saml-nameid.xml: enable persistent identifiers, or release subject-id.',
      keycloak: 'Client > Settings > Name ID format: persistent.',
    },
  },
  subject_attribute_missing: {
    text: 'The attribute that people are known by is missing in the assertion.',
    at: mapping,
  },
  email_missing: {
    text: 'The assertion has no e-mail address: neither as NameID nor as an attribute that the mapping names.',
    at: mapping,
  },
  email_malformed: {
    text: 'What should be the e-mail address is none, or more than one.',
    at: mapping,
  },
  email_domain_not_verified: {
    text: 'The address lies in a domain that this organization has not proved. Prove the domain, or send another address.',
    at: mapping,
  },
  product_unknown: {
    text: 'There is no such product. Correct the default product of the provider, or the link.',
  },
  assertion_replayed: {
    text: 'The response was sent a second time. If nobody pressed the back button, it is an attack.',
  },
  email_in_use: {
    text: 'Another user of this organization has this address. Change one of the two, or link them.',
  },
  no_product_access: {
    text: 'The person is who they say, and has no seat of this product. Give them access in one of the accounts, or by a rule for one of their groups; where no seat is free, the account needs more.',
  },
  user_suspended: { text: 'The user is suspended here. Reactivate them to let them in.' },
  user_deleted: {
    text: 'The user was deleted here. Restore them within 30 days, or invite their address anew.',
  },
  not_invited: {
    text: 'People join this organization by invitation, and this person has none that is good. Invite them, or send the invitation again.',
  },
} as const satisfies Record<string, Hint>

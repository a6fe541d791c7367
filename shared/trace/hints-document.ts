import type { Hint } from './hints.ts'

const notSaml =
  'Open the sign-in from the beginning; if it fails again, a proxy or a browser extension changes the form on its way.'
const notXml =
  'What arrived is no XML document that SAML allows. Check for a proxy that rewrites responses, and send us the trace id.'
const address =
  'Compare the addresses at the provider with those that the setup guide shows, letter by letter.'

/** Of what a message is, who sent it and what it answers. */
export const documentHints = {
  form_malformed: { text: notSaml },
  xml_not_base64: { text: notSaml },
  xml_too_large: {
    text: 'The response is larger than 256 KB. Send fewer groups: only those that are assigned to the application.',
    at: {
      'entra-id':
        'Single sign-on > Attributes & Claims > Add a group claim > Groups assigned to the application.',
      okta: 'General > SAML Settings > Group Attribute Statements: narrow the filter.',
      adfs: 'Edit the claim rule "Token-Groups" so that it sends only some groups.',
    },
  },
  idp_unknown: {
    text: `No provider is configured with this entity ID at this address. ${address}`,
    at: {
      'entra-id':
        'It is the "Microsoft Entra Identifier", with the tenant id and a slash at its end.',
      okta: 'It is the "Identity Provider Issuer".',
      google: 'It is the "Entity ID" of Google\'s identity provider details, with its idpid.',
      keycloak: 'It is the address of the realm, without a slash at its end.',
    },
  },
  idp_inactive: {
    text: 'The provider is configured, but not active. Try it out with a test sign-in, then activate it.',
  },
  organization_mismatch: {
    text: "The response came to other identifiers of ours than the provider is configured with: the shared ones, or the organization's own.",
  },
  xml_not_utf8: { text: notXml },
  xml_not_well_formed: { text: notXml },
  xml_forbidden_construct: { text: notXml },
  xml_character: { text: notXml },
  xml_namespace: { text: notXml },
  xml_duplicate_attribute: { text: notXml },
  xml_limit: {
    text: 'The response is nested too deeply or has too many elements. Send fewer groups.',
  },
  response_malformed: {
    text: 'This is another SAML message than a Response. Logout messages go to the single logout address.',
  },
  response_duplicate_id: {
    text: 'Two elements have the same ID. This is a fault of the provider, or an attack.',
  },
  assertion_missing: {
    text: 'The response has no assertion. Check at the provider that the person is assigned to the application.',
  },
  assertion_misplaced: {
    text: 'There is more than one assertion, or one where none belongs. This is a fault of the provider, or an attack.',
  },
  signature_misplaced: {
    text: 'There is a signature where none belongs. This is a fault of the provider, or an attack.',
  },
  test_unknown: {
    text: 'The test sign-in was not found or is older than an hour. Start another one.',
  },
  request_unknown: {
    text: 'The response answers a request that we do not know: it took more than an hour, or was made for another deployment.',
  },
  request_expired: { text: 'The person took more than ten minutes at the provider. Start again.' },
  request_used: {
    text: 'The response was sent a second time, for instance by the back button. Start again.',
  },
  request_of_another_idp: {
    text: 'Another provider answered than the one that was asked. If somebody tried that on purpose, it is an attack.',
  },
  in_response_to_missing: {
    text: 'The provider answered a request of ours without saying which (InResponseTo). It must copy the ID of the request, or be allowed to send unsolicited responses and get no request.',
  },
} as const satisfies Record<string, Hint>

import type { Hint } from './hints.ts'

const encryption = 'Let the provider read our encryption certificate from our metadata again.'
const oaep =
  'The content key must be wrapped by RSA-OAEP: rsa-oaep-mgf1p with SHA-1, or rsa-oaep with SHA-256 as digest and mask. RSA 1.5 is refused.'
const fault =
  'Let the provider sign with its default settings. If it did, the message was changed on its way.'

/** Of decryption and signatures. */
export const signatureHints = {
  encryption_malformed: { text: encryption },
  encryption_algorithm: {
    text: 'Assertions can be encrypted by AES-128 or AES-256, CBC or GCM.',
    at: {
      okta: 'General > SAML Settings > Encryption Algorithm.',
      keycloak: 'Client > Keys > Encryption key.',
    },
  },
  key_transport_algorithm: {
    text: oaep,
    at: {
      okta: 'General > SAML Settings > Key Transport Algorithm: RSA-OAEP.',
      shibboleth: 'relying-party: idp.encryption.keyTransport must not be rsa-1_5.',
    },
  },
  assertion_decryption: {
    text: `What was encrypted could not be used: most often it was encrypted to another certificate, or what is inside is not signed by the provider. ${encryption} With AES-GCM instead of CBC the cause is told precisely.`,
    at: {
      'entra-id': 'Token encryption > Import certificate, then activate it.',
      adfs: 'Relying party trust > Encryption.',
    },
  },
  assertion_not_encrypted: {
    text: 'This provider is configured to encrypt its assertions, and did not.',
    at: {
      'entra-id': 'Token encryption: activate the certificate.',
      okta: 'General > SAML Settings > Assertion Encryption: Encrypted.',
    },
  },
  signature_missing: {
    text: 'Neither the response nor the assertion is signed. Switch signing on at the provider.',
    at: {
      'entra-id':
        'Single sign-on > SAML Certificates > Signing Option: Sign SAML response and assertion.',
      okta: 'General > SAML Settings > Assertion Signature: Signed.',
      keycloak: 'Client > Settings > Sign assertions: On.',
      onelogin: 'Configuration > SAML signature element: Both.',
      google: 'Service provider details > Signed response.',
    },
  },
  signature_malformed: { text: fault },
  signature_algorithm: {
    text: 'The signature uses an algorithm that we do not accept. RSA or ECDSA with SHA-256 or stronger is right; SHA-1 is taken only where the provider opts in.',
    at: {
      'entra-id': 'Single sign-on > SAML Certificates > Signing Algorithm: SHA-256.',
      adfs: 'Relying party trust > Advanced > Secure hash algorithm: SHA-256.',
      okta: 'General > SAML Settings > Signature Algorithm: RSA-SHA256.',
      keycloak: 'Client > Settings > Signature algorithm: RSA_SHA256.',
    },
  },
  signature_reference: {
    text: `The signature does not cover the element that it stands in. ${fault}`,
  },
  signature_transform: { text: `The signature uses transforms that SAML does not allow. ${fault}` },
  signature_digest: {
    text: 'What was signed has been changed since. A proxy rewrites responses, or somebody tried to.',
  },
  signature_invalid: {
    text: "None of the configured certificates made this signature. Most often the provider has a new certificate: add it, or read the provider's metadata again.",
    at: {
      'entra-id': 'Single sign-on > SAML Certificates > Certificate (Base64).',
      okta: 'Sign On > SAML Signing Certificates > the active one.',
      adfs: 'Service > Certificates > Token-signing.',
      google: 'Apps > SAML apps > Manage certificates.',
      jumpcloud: 'SSO > IDP Certificate > Download certificate.',
      onelogin: 'SSO > X.509 Certificate > View Details.',
      keycloak: 'Realm settings > Keys > the active RS256 key.',
      shibboleth: 'credentials/idp-signing.crt.',
    },
  },
  certificate_expired: {
    text: 'The certificate that verified the signature has expired, and this provider is configured to block that. Renew it at the provider and add the new one.',
  },
} as const satisfies Record<string, Hint>

import type { AttributeNames, ProviderKind } from './types.ts'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const MICROSOFT = 'http://schemas.microsoft.com'

/** SAML V2.0 Subject Identifier Attributes Profile 1.0 §3.3, §3.4: never given to another person. */
const SUBJECT_IDS = [
  'urn:oasis:names:tc:SAML:attribute:subject-id',
  'urn:oasis:names:tc:SAML:attribute:pairwise-id',
]

/** eduPerson 202208 §2.2: object identifiers as names (SAML Profiles 2.0 §8.2). */
const EDU_PERSON_UNIQUE_ID = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.13'
const EDU_PERSON_TARGETED_ID = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.10'

/** eduMember 2009 (isMemberOf). */
const IS_MEMBER_OF = 'urn:oid:1.3.6.1.4.1.5923.1.5.1.1'

/** What many providers call these: plain names, WS-Federation claims, LDAP object identifiers. */
const commonNames: AttributeNames = {
  email: [
    'email',
    'mail',
    `${CLAIMS}/emailaddress`,
    'urn:oid:0.9.2342.19200300.100.1.3',
    'emailAddress',
    'User.email',
  ],
  givenName: [
    'givenName',
    'firstName',
    `${CLAIMS}/givenname`,
    'urn:oid:2.5.4.42',
    'first_name',
    'User.FirstName',
  ],
  familyName: [
    'familyName',
    'lastName',
    'sn',
    'surname',
    `${CLAIMS}/surname`,
    'urn:oid:2.5.4.4',
    'last_name',
    'User.LastName',
  ],
  displayName: [
    'displayName',
    `${MICROSOFT}/identity/claims/displayname`,
    'urn:oid:2.16.840.1.113730.3.1.241',
    'cn',
    'name',
  ],
  groups: [
    'groups',
    'memberOf',
    `${MICROSOFT}/ws/2008/06/identity/claims/groups`,
    'http://schemas.xmlsoap.org/claims/Group',
    IS_MEMBER_OF,
  ],
  subject: [...SUBJECT_IDS, EDU_PERSON_UNIQUE_ID, EDU_PERSON_TARGETED_ID],
}

/**
 * What each product sends as it comes, or as its setup guide (`guides.ts`) tells to name it.
 *
 * Source: Microsoft "Customize SAML token claims" and "Configure group claims" (Entra ID); Okta
 * "Define attribute statements"; JumpCloud "SSO application connector fields"; Microsoft "The role
 * of claims", MS-OFBA claim types (ADFS); Google "Set up your own custom SAML app"; OneLogin "SAML
 * Custom Connector (Advanced)"; Keycloak Server Administration Guide, built-in SAML protocol mappers
 * (`X500 …`, `role_list`); Shibboleth IdP default attribute registry, inetOrgPerson and eduPerson.
 */
export const presets: Readonly<Record<ProviderKind, Partial<AttributeNames>>> = {
  'entra-id': {
    email: [`${CLAIMS}/emailaddress`],
    givenName: [`${CLAIMS}/givenname`],
    familyName: [`${CLAIMS}/surname`],
    displayName: [`${MICROSOFT}/identity/claims/displayname`],
    groups: [`${MICROSOFT}/ws/2008/06/identity/claims/groups`],
    subject: [`${MICROSOFT}/identity/claims/objectidentifier`],
  },
  okta: {
    email: ['email'],
    givenName: ['firstName'],
    familyName: ['lastName'],
    displayName: ['displayName'],
    groups: ['groups'],
  },
  jumpcloud: {
    email: ['email'],
    givenName: ['firstname', 'firstName'],
    familyName: ['lastname', 'lastName'],
    displayName: ['displayname', 'displayName'],
    groups: ['memberOf', 'groups'],
  },
  adfs: {
    email: [`${CLAIMS}/emailaddress`],
    givenName: [`${CLAIMS}/givenname`],
    familyName: [`${CLAIMS}/surname`],
    displayName: [`${CLAIMS}/displayname`, 'displayName', `${CLAIMS}/name`],
    groups: [
      'http://schemas.xmlsoap.org/claims/Group',
      `${MICROSOFT}/ws/2008/06/identity/claims/role`,
    ],
  },
  google: {
    email: ['email'],
    givenName: ['firstName', 'first_name'],
    familyName: ['lastName', 'last_name'],
    groups: ['groups'],
  },
  onelogin: {
    email: ['User.email', 'email'],
    givenName: ['User.FirstName', 'firstName'],
    familyName: ['User.LastName', 'lastName'],
    groups: ['memberOf', 'groups'],
  },
  keycloak: {
    email: ['urn:oid:1.2.840.113549.1.9.1', 'email'],
    givenName: ['urn:oid:2.5.4.42', 'givenName', 'firstName'],
    familyName: ['urn:oid:2.5.4.4', 'surname', 'lastName'],
    groups: ['groups', 'member', 'Role'],
  },
  shibboleth: {
    email: ['urn:oid:0.9.2342.19200300.100.1.3'],
    givenName: ['urn:oid:2.5.4.42'],
    familyName: ['urn:oid:2.5.4.4'],
    displayName: ['urn:oid:2.16.840.1.113730.3.1.241', 'urn:oid:2.5.4.3'],
    groups: [IS_MEMBER_OF],
  },
  other: {},
}

type Named = {
  kind?: ProviderKind
  attributeNames: Partial<AttributeNames>
}

/**
 * The names to look for, first match wins: what an admin has decided and nothing else; where that is
 * nothing, those of the provider's kind, then the common ones. eduPersonPrincipalName is in none of
 * them: it may be given to another person (eduPerson 202208 §2.2.8), who would then be the former.
 */
export function namesFor({ kind = 'other', attributeNames }: Named): AttributeNames {
  const namesOf = (field: keyof AttributeNames): readonly string[] =>
    attributeNames[field] ?? [...new Set([...(presets[kind][field] ?? []), ...commonNames[field]])]
  return {
    email: namesOf('email'),
    givenName: namesOf('givenName'),
    familyName: namesOf('familyName'),
    displayName: namesOf('displayName'),
    groups: namesOf('groups'),
    subject: namesOf('subject'),
  }
}

import { type GuideOf, PERSISTENT, step } from './guide.ts'

/** Source: Microsoft AD FS "Create a relying party trust", "Rule to send LDAP attributes as claims". */
export const adfsGuide: GuideOf = ({ entityId, acsUrl, sloUrl, metadataUrl }) => ({
  title: 'Active Directory Federation Services',
  steps: [
    step('In AD FS Management open Relying Party Trusts > Add Relying Party Trust > Claims aware.'),
    step(
      'Choose “Import data about the relying party published online or on a local network”. Should the server not reach the Internet, save what the address serves and import the file.',
      ['Federation metadata address', metadataUrl],
    ),
    step(
      'Finish with a display name and an access control policy. The trust now has these values.',
      ['Identifiers', entityId],
      ['Endpoints: SAML Assertion Consumer (POST)', acsUrl],
      ['Endpoints: SAML Logout', sloUrl],
      ['Advanced: secure hash algorithm', 'SHA-256'],
    ),
    step(
      'In Edit Claim Issuance Policy add a rule “Send LDAP Attributes as Claims” from Active Directory.',
      ['objectGUID', 'Name ID'],
      ['E-Mail-Addresses', 'E-Mail Address'],
      ['Given-Name', 'Given Name'],
      ['Surname', 'Surname'],
      ['Display-Name', 'Name'],
    ),
    step('To send groups, add this line to the rule.', [
      'Token-Groups - Unqualified Names',
      'Group',
    ]),
    step('Enter the metadata address of your server here.', [
      'Metadata URL',
      'https://<your AD FS host>/FederationMetadata/2007-06/FederationMetadata.xml',
    ]),
  ],
})

/** Source: Keycloak Server Administration Guide, "Managing SAML clients". */
export const keycloakGuide: GuideOf = ({ entityId, acsUrl, sloUrl, metadataUrl }) => ({
  title: 'Keycloak',
  steps: [
    step(
      'In the Admin Console of your realm open Clients > Import client and choose the file that this address serves, or Create client with Client type SAML.',
      ['Resource file', metadataUrl],
      ['Client ID', entityId],
    ),
    step(
      'In Settings and Advanced check these.',
      ['Valid redirect URIs', acsUrl],
      ['Assertion Consumer Service POST Binding URL', acsUrl],
      ['Logout Service POST Binding URL', sloUrl],
      ['Logout Service Redirect Binding URL', sloUrl],
      ['Name ID format', 'persistent'],
      ['Force name ID format', 'On'],
      ['Sign assertions', 'On'],
      ['Signature algorithm', 'RSA_SHA256'],
    ),
    step(
      'In Client scopes open the scope of this client (its name ends in “-dedicated”) and choose Add mapper > From predefined mappers.',
      ['X500 email', 'urn:oid:1.2.840.113549.1.9.1'],
      ['X500 givenName', 'urn:oid:2.5.4.42'],
      ['X500 surname', 'urn:oid:2.5.4.4'],
    ),
    step(
      'To send groups, choose Add mapper > By configuration > Group list.',
      ['Group attribute name', 'groups'],
      ['Single Group Attribute', 'On'],
      ['Full group path', 'Off'],
    ),
    step(
      'Enter the address here that Realm settings > General shows as SAML 2.0 Identity Provider Metadata.',
      ['Metadata URL', 'https://<your Keycloak host>/realms/<realm>/protocol/saml/descriptor'],
    ),
  ],
})

/** Source: Shibboleth IdP 5, MetadataConfiguration, AttributeFilterConfiguration, NameIDGeneration. */
export const shibbolethGuide: GuideOf = ({ entityId, metadataUrl }) => ({
  title: 'Shibboleth Identity Provider',
  steps: [
    step(
      'Add a MetadataProvider of the type FileBackedHTTPMetadataProvider to conf/metadata-providers.xml.',
      ['metadataURL', metadataUrl],
      ['backingFile', '%{idp.home}/metadata/latchkey.xml'],
    ),
    step(
      'In conf/attribute-filter.xml add an AttributeFilterPolicy for us that permits any value of these.',
      ['PolicyRequirementRule xsi:type="Requester"', entityId],
      ['attributeID', 'mail'],
      ['attributeID', 'givenName'],
      ['attributeID', 'sn'],
      ['attributeID', 'displayName'],
    ),
    step(
      'Release what a person is known by: subject-id or pairwise-id as an attribute, or a persistent NameID (conf/saml-nameid.properties). A transient NameID alone is not enough.',
      ['attributeID', 'samlSubjectID or samlPairwiseID'],
      ['NameID format', PERSISTENT],
    ),
    step('To send groups, release this attribute too.', ['attributeID', 'isMemberOf']),
    step('Reload the services (bin/reload-service.sh) or restart the identity provider.'),
    step('Enter the metadata address of your identity provider here.', [
      'Metadata URL',
      'https://<your host>/idp/shibboleth',
    ]),
  ],
})

/** For every other product: the words of the standard. Source: SAML Metadata 2.0 §2.4.4. */
export const otherGuide: GuideOf = ({ entityId, acsUrl, sloUrl, metadataUrl }) => ({
  title: 'Another SAML 2.0 identity provider',
  steps: [
    step(
      'Register us as a service provider, by our metadata or by the values in it.',
      ['Metadata', metadataUrl],
      ['Entity ID, audience', entityId],
      ['Assertion consumer service (HTTP-POST), recipient, destination', acsUrl],
      ['Single logout service (HTTP-Redirect, HTTP-POST)', sloUrl],
    ),
    step('Sign the assertion, the response or both.', ['Signature algorithm', 'RSA-SHA256']),
    step('Send a NameID that does not change when a person’s name or address does.', [
      'NameID format',
      PERSISTENT,
    ]),
    step(
      'Send these attributes.',
      ['E-mail address', 'email'],
      ['Given name', 'givenName'],
      ['Family name', 'familyName or sn'],
      ['Display name', 'displayName'],
      ['Groups, one value each', 'groups'],
    ),
    step('Enter the address of your metadata here, the file, or its values.'),
  ],
})

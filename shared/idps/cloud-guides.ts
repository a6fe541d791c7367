import { type GuideOf, step } from './guide.ts'

/** Source: Microsoft Entra "Enable SAML single sign-on for an enterprise application". */
export const entraGuide: GuideOf = ({ entityId, acsUrl, sloUrl, metadataUrl }) => ({
  title: 'Microsoft Entra ID',
  steps: [
    step(
      'In the Microsoft Entra admin center open Enterprise apps > New application > Create your own application, give it a name and choose “Integrate any other application you don’t find in the gallery (Non-gallery)”.',
    ),
    step(
      'Open Single sign-on > SAML. Upload the metadata file that this address serves, or edit Basic SAML Configuration.',
      ['Upload metadata file', metadataUrl],
      ['Identifier (Entity ID)', entityId],
      ['Reply URL (Assertion Consumer Service URL)', acsUrl],
      ['Logout Url (Optional)', sloUrl],
    ),
    step(
      'In Attributes & Claims edit Unique User Identifier (Name ID), so that it survives a change of name. The other claims are sent as they come.',
      ['Name identifier format', 'Persistent'],
      ['Source attribute', 'user.objectid'],
    ),
    step('To send groups, choose Add a group claim > Groups assigned to the application.', [
      'Source attribute',
      'Group ID',
    ]),
    step('In Users and groups assign the people who may sign in.'),
    step('In SAML Certificates copy App Federation Metadata Url and enter it here.'),
  ],
})

/** Source: Okta "Create SAML app integrations", "Define attribute statements". */
export const oktaGuide: GuideOf = ({ entityId, acsUrl, sloUrl, metadataUrl }) => ({
  title: 'Okta',
  steps: [
    step(
      'In the Admin Console open Applications > Applications > Create App Integration and choose SAML 2.0.',
    ),
    step(
      'In Configure SAML enter these, and leave “Use this for Recipient URL and Destination URL” checked.',
      ['Single sign-on URL', acsUrl],
      ['Audience URI (SP Entity ID)', entityId],
      ['Name ID format', 'Persistent'],
      ['Application username', 'Custom: user.getInternalProperty("id")'],
    ),
    step(
      'Add Attribute Statements.',
      ['email', 'user.email'],
      ['firstName', 'user.firstName'],
      ['lastName', 'user.lastName'],
      ['displayName', 'user.displayName'],
    ),
    step('To send groups, add a Group Attribute Statement.', ['groups', 'Matches regex .*']),
    step(
      'For single logout, open Show Advanced Settings, upload the signing certificate from our metadata as Signature Certificate and check Enable Single Logout.',
      ['Metadata', metadataUrl],
      ['Single Logout URL', sloUrl],
      ['SP Issuer', entityId],
    ),
    step('In Assignments assign the people or groups who may sign in.'),
    step('In Sign On > SAML 2.0 copy Metadata URL and enter it here.'),
  ],
})

/** Source: JumpCloud "SSO using custom SAML application connectors", "SSO application connector fields". */
export const jumpcloudGuide: GuideOf = ({ entityId, acsUrl, metadataUrl }) => ({
  title: 'JumpCloud',
  steps: [
    step(
      'In the Admin Portal open User Authentication > SSO Applications > Add New Application, select Custom Application, then Manage Single Sign-On (SSO) > Configure SSO with SAML.',
    ),
    step(
      'In the SSO tab upload our metadata, or enter the fields. IdP Entity ID is yours to choose and must be unique, for instance an address of your own.',
      ['Upload Metadata', metadataUrl],
      ['SP Entity ID', entityId],
      ['ACS URLs', acsUrl],
      ['SAMLSubject NameID', 'email'],
      ['SAMLSubject NameID Format', 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
      ['Signature Algorithm', 'RSA-SHA256'],
    ),
    step('Choose to sign the assertion, and check Declare Redirect Endpoint.'),
    step(
      'In Attributes add User Attribute Mapping: our name, then the attribute of JumpCloud.',
      ['email', 'email'],
      ['firstname', 'firstname'],
      ['lastname', 'lastname'],
      ['displayname', 'displayname'],
    ),
    step('To send groups, check include group attribute.', ['Groups Attribute Name', 'memberOf']),
    step('In User Groups select the groups who may sign in, then save.'),
    step('In the SSO tab choose Copy Metadata URL and enter it here, or Export Metadata.'),
  ],
})

/** Source: Google Workspace Admin Help "Set up your own custom SAML app". */
export const googleGuide: GuideOf = ({ entityId, acsUrl }) => ({
  title: 'Google Workspace',
  steps: [
    step(
      'In the Admin console open Apps > Web and mobile apps > Add app > Add custom SAML app and enter a name.',
    ),
    step('In Google Identity Provider details choose Download metadata: the file is entered here.'),
    step(
      'In Service provider details enter these, and leave Start URL empty.',
      ['ACS URL', acsUrl],
      ['Entity ID', entityId],
      ['Name ID format', 'EMAIL'],
      ['Name ID', 'Basic Information > Primary email'],
    ),
    step(
      'In Attribute mapping add mappings: the attribute of the directory, then the one of the app.',
      ['Primary email', 'email'],
      ['First name', 'firstName'],
      ['Last name', 'lastName'],
    ),
    step('To send groups, search for them in Group membership (optional).', [
      'App attribute',
      'groups',
    ]),
    step('In User access turn the app ON for the people who may sign in.'),
    step('Enter the metadata file here. Google has no single logout and no metadata address.'),
  ],
})

/** Source: OneLogin "SAML Custom Connector (Advanced)". */
export const oneloginGuide: GuideOf = ({ entityId, acsUrl, sloUrl }) => ({
  title: 'OneLogin',
  steps: [
    step(
      'In Administration open Applications > Add App, search for “SAML Custom Connector (Advanced)” and save it under a name.',
    ),
    step(
      'In Configuration enter these.',
      ['Audience (EntityID)', entityId],
      ['Recipient', acsUrl],
      ['ACS (Consumer) URL Validator', `^${escapePattern(acsUrl)}$`],
      ['ACS (Consumer) URL', acsUrl],
      ['Single Logout URL', sloUrl],
      ['SAML initiator', 'Service Provider'],
      ['SAML nameID format', 'Persistent'],
      ['SAML signature element', 'Both'],
    ),
    step(
      'In Parameters set NameID to the user’s ID, which never changes, and add fields, each with “Include in SAML assertion” checked.',
      ['NameID value', 'OneLogin ID'],
      ['User.email', 'Email'],
      ['User.FirstName', 'First Name'],
      ['User.LastName', 'Last Name'],
    ),
    step('To send groups, add a field with “Multi-value parameter” checked.', [
      'memberOf',
      'User Roles',
    ]),
    step('In SSO choose the signature algorithm.', ['SAML Signature Algorithm', 'SHA-256']),
    step('In Access and Users give access to the people who may sign in.'),
    step('In SSO copy Issuer URL and enter it here: it serves the metadata.'),
  ],
})

/** The address as a regular expression that matches nothing else. */
const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

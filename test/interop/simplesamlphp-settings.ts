import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * How the provider answers. Left out: NameID persistent, response and assertion both signed with
 * RSA-SHA256. A service provider's own choice wins over the provider's, and the NameID format in
 * a request's NameIDPolicy over both if the provider was given that format too.
 */
export type ResponseShape = {
  readonly nameIdFormat?: keyof typeof nameIds
  readonly signAssertion?: boolean
  readonly signResponse?: boolean
  /** The algorithm's URI, such as `http://www.w3.org/2001/04/xmldsig-more#rsa-sha512`. */
  readonly signatureAlgorithm?: string
  /** Refuses requests without a signature by a key of the metadata. */
  readonly requiresSignedRequests?: boolean
  /** To the encryption key of the metadata. */
  readonly encryptsAssertion?: boolean
}

/** Known by its address alone, or by its metadata as an administrator would paste it. */
export type ServiceProvider = ResponseShape & { readonly entityId: string } & (
    | { readonly assertionConsumerServiceUrl: string }
    | { readonly metadataXml: string }
  )

/** The provider's keys, by the names of their files: `idp` is `idp.key` and `idp.crt`. */
export type Keys = {
  readonly inUse: string
  /** Also in the metadata, as it will be used from some day on. */
  readonly next?: string
}

export type Settings = ResponseShape & {
  readonly keys: Keys
  /** Domain of the users' mail addresses. */
  readonly mailDomain: string
  readonly serviceProviders: readonly ServiceProvider[]
}

export const student = { username: 'student', password: 'studentpass' } as const
/** The user whose names are not ASCII. */
export const employee = { username: 'employee', password: 'employeepass' } as const

/** Writes what simplesamlphp/settings.php reads; PHP never sees half a file. */
export function writeSettings(folder: string, settings: Settings) {
  const { mailDomain, serviceProviders, nameIdFormat = 'persistent' } = settings
  const content = {
    users: users(mailDomain),
    identityProvider: { ...toMetadata({ ...settings, nameIdFormat }), ...toKeys(settings.keys) },
    serviceProviders: Object.fromEntries(serviceProviders.map(toRemoteMetadata)),
  }
  const file = join(folder, 'settings.json')
  writeFileSync(`${file}.new`, JSON.stringify(content))
  renameSync(`${file}.new`, file)
}

const nameIds = {
  persistent: {
    format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    filter: { class: 'saml:PersistentNameID', attribute: 'uid' },
  },
  transient: {
    format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
    filter: { class: 'saml:TransientNameID' },
  },
  emailAddress: {
    format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    filter: { class: 'saml:AttributeNameID', attribute: 'mail' },
  },
  unspecified: {
    format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    filter: { class: 'saml:AttributeNameID', attribute: 'uid' },
  },
} as const

// JSON drops what is undefined, and SimpleSAMLphp then falls back: service provider, identity
// provider, built-in default.
function toMetadata(shape: ResponseShape) {
  const nameId = shape.nameIdFormat && nameIds[shape.nameIdFormat]
  return {
    NameIDFormat: nameId?.format,
    authproc: nameId && { 1: { ...nameId.filter, Format: nameId.format } },
    'saml20.sign.assertion': shape.signAssertion,
    'saml20.sign.response': shape.signResponse,
    'signature.algorithm': shape.signatureAlgorithm,
    'validate.authnrequest': shape.requiresSignedRequests,
    'assertion.encryption': shape.encryptsAssertion,
  }
}

const toKeys = ({ inUse, next }: Keys) => ({
  privatekey: `${inUse}.key`,
  certificate: `${inUse}.crt`,
  ...(next !== undefined && { new_privatekey: `${next}.key`, new_certificate: `${next}.crt` }),
})

const toRemoteMetadata = (serviceProvider: ServiceProvider) => {
  if ('metadataXml' in serviceProvider) {
    const { entityId, metadataXml } = serviceProvider
    return [entityId, { ...toMetadata(serviceProvider), metadataXml }] as const
  }
  const consumer = {
    Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
    Location: serviceProvider.assertionConsumerServiceUrl,
    index: 0,
  }
  return [
    serviceProvider.entityId,
    { ...toMetadata(serviceProvider), AssertionConsumerService: [consumer] },
  ] as const
}

const users = (mailDomain: string) => ({
  [`${student.username}:${student.password}`]: {
    uid: ['student'],
    mail: [`student@${mailDomain}`],
    givenName: ['Sam'],
    sn: ['Student'],
    displayName: ['Sam Student'],
    eduPersonAffiliation: ['member', 'student'],
  },
  [`${employee.username}:${employee.password}`]: {
    uid: ['employee'],
    mail: [`employee@${mailDomain}`],
    givenName: ['Zoë'],
    sn: ['Žižková-Łuczak 山田'],
    displayName: ['Zoë Žižková-Łuczak 山田 & Söhne <🔑>'],
    eduPersonAffiliation: ['member', 'employee'],
  },
})

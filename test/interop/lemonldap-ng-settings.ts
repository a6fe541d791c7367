import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How the provider treats a service provider. */
export type LemonLdapOptions = {
  /** When the request names none. Left out: `email`. */
  readonly nameIdFormat?: 'email' | 'persistent' | 'transient' | 'unspecified'
  /** Refuses requests without a signature by a key of the metadata. */
  readonly requiresSignedRequests?: boolean
  /** To the encryption key of the metadata. */
  readonly encryptsAssertion?: boolean
  readonly signatureMethod?: 'RSA_SHA1' | 'RSA_SHA256' | 'RSA_SHA384' | 'RSA_SHA512'
}

export type DescribedServiceProvider = LemonLdapOptions & {
  readonly entityId: string
  /** As an administrator would paste it. */
  readonly metadataXml: string
}

type Key = { readonly privateKey: string; readonly certificate: string }

type Settings = {
  readonly key: Key
  readonly mailDomain: string
  readonly serviceProviders: readonly DescribedServiceProvider[]
}

/** The demonstration backend takes the user name for the password. */
export const pilot = { username: 'pilot', password: 'pilot' } as const
/** The user whose names are not ASCII. */
export const painter = { username: 'painter', password: 'painter' } as const

/** Writes what server.pl reads once. */
export function writeUsers(folder: string, mailDomain: string) {
  writeFileSync(join(folder, 'users.json'), JSON.stringify(users(mailDomain)))
}

/** Tells LemonLDAP::NG where its configurations are. */
export function writeIni(folder: string) {
  const ini = [
    '[all]',
    '[configuration]',
    'type = File',
    `dirName = ${join(folder, 'conf')}`,
    '[portal]',
    'templateDir = /usr/share/lemonldap-ng/portal/templates',
    'staticPrefix = /static',
    'languages = en',
    '[handler]',
  ]
  const file = join(folder, 'lemonldap-ng.ini')
  writeFileSync(file, `${ini.join('\n')}\n`)
  return file
}

/** Writes a configuration; the one with the highest number holds. Perl never sees half a file. */
export function writeConfiguration(folder: string, number: number, settings: Settings) {
  const file = join(folder, 'conf', `lmConf-${number}.json`)
  writeFileSync(`${file}.new`, JSON.stringify(configuration(folder, number, settings)))
  renameSync(`${file}.new`, file)
}

const configuration = (folder: string, number: number, settings: Settings) => ({
  cfgNum: number,
  cfgAuthor: 'test',
  cfgDate: number,
  domain: '127.0.0.1',
  key: 'a key for tests',
  locationRules: { '127.0.0.1': { default: 'accept' } },
  authentication: 'Demo',
  userDB: 'Demo',
  passwordDB: 'Null',
  registerDB: 'Null',
  demoExportedVars: { cn: 'cn', givenName: 'givenName', mail: 'mail', sn: 'sn', uid: 'uid' },
  // The module for captchas is loaded even where none is shown, and wants ImageMagick.
  captcha: '::Main::Plugin',
  localSessionStorage: 'Cache::FileCache',
  localSessionStorageOptions: { namespace: 'sessions', cache_root: join(folder, 'cache') },
  globalStorage: 'Apache::Session::File',
  globalStorageOptions: {
    Directory: join(folder, 'sessions'),
    LockDirectory: join(folder, 'locks'),
    generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
  },
  issuerDBSAMLActivation: 1,
  samlServicePrivateKeySig: settings.key.privateKey,
  samlServicePublicKeySig: settings.key.certificate,
  samlServiceUseCertificateInResponse: 1,
  ...serviceProviderSettings(settings.serviceProviders),
})

function serviceProviderSettings(serviceProviders: readonly DescribedServiceProvider[]) {
  const keyed = <T>(toValue: (one: DescribedServiceProvider) => T) =>
    Object.fromEntries(serviceProviders.map((one, index) => [`sp${index}`, toValue(one)]))
  return {
    samlSPMetaDataXML: keyed(({ metadataXml }) => ({ samlSPMetaDataXML: metadataXml })),
    samlSPMetaDataOptions: keyed(toOptions),
    samlSPMetaDataExportedAttributes: keyed(() => exportedAttributes),
  }
}

const toOptions = (options: LemonLdapOptions) => ({
  samlSPMetaDataOptionsNameIDFormat: options.nameIdFormat ?? 'email',
  samlSPMetaDataOptionsEnableIDPInitiatedURL: 1,
  samlSPMetaDataOptionsForceUTF8: 1,
  samlSPMetaDataOptionsCheckSSOMessageSignature: options.requiresSignedRequests ? 1 : 0,
  samlSPMetaDataOptionsSignSSOMessage: 1,
  samlSPMetaDataOptionsCheckSLOMessageSignature: 1,
  samlSPMetaDataOptionsSignSLOMessage: 1,
  samlSPMetaDataOptionsEncryptionMode: options.encryptsAssertion ? 'assertion' : 'none',
  samlSPMetaDataOptionsSignatureMethod: options.signatureMethod ?? 'RSA_SHA256',
})

/** Session key to `mandatory;name;format;friendly name`. */
const exportedAttributes = Object.fromEntries(
  ['mail', 'givenName', 'sn', 'groups'].map((name) => [
    name,
    `1;${name};urn:oasis:names:tc:SAML:2.0:attrname-format:basic;`,
  ]),
)

const users = (mailDomain: string) => [
  {
    uid: pilot.username,
    cn: 'Pia Pilot',
    givenName: 'Pia',
    sn: 'Pilot',
    mail: `pilot@${mailDomain}`,
    groups: ['crew', 'night shift'],
  },
  {
    uid: painter.username,
    cn: 'Zoë Žižková-Łuczak 山田',
    givenName: 'Zoë',
    sn: 'Žižková-Łuczak 山田 & Söhne <🔑>',
    mail: `painter@${mailDomain}`,
    groups: ['crew'],
  },
]

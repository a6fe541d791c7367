import { startLemonLdapNg } from './lemonldap-ng.ts'
import { painter, pilot } from './lemonldap-ng-settings.ts'
import type { RunningProvider } from './provider-process.ts'
import { startSimpleSamlPhp } from './simplesamlphp.ts'
import { employee, student } from './simplesamlphp-settings.ts'
import type { ProviderAddresses } from './throw-away-sp.ts'

/** What a provider does for a service provider, in every product's terms. */
export type Treatment = {
  readonly requiresSignedRequests?: boolean
  readonly encryptsAssertion?: boolean
}

/** A running identity provider that can be told of a service provider. */
export type Provider = Omit<RunningProvider, 'folder' | typeof Symbol.asyncDispose> &
  ProviderAddresses & {
    trustServiceProvider(added: Treatment & { entityId: string; metadataXml: string }): void
  }

type Person = {
  readonly username: string
  readonly password: string
  /** Before the at sign. */
  readonly mailbox: string
  readonly givenName: string
  readonly familyName: string
}

export type Product = {
  readonly name: string
  start(options?: { mailDomain?: string }): Promise<Provider>
  readonly person: Person
  /** Whose name is not ASCII. */
  readonly foreigner: Person
  /** In the source of the page that tells that a signature is missing. */
  readonly missesSignature: RegExp
}

/** The products that nobody here wrote. */
export const products: readonly Product[] = [
  {
    name: 'SimpleSAMLphp',
    start: startSimpleSamlPhp,
    person: { ...student, mailbox: 'student', givenName: 'Sam', familyName: 'Student' },
    foreigner: {
      ...employee,
      mailbox: 'employee',
      givenName: 'Zoë',
      familyName: 'Žižková-Łuczak 山田',
    },
    missesSignature: /no signature found on message/,
  },
  {
    name: 'LemonLDAP::NG',
    start: startLemonLdapNg,
    person: { ...pilot, mailbox: 'pilot', givenName: 'Pia', familyName: 'Pilot' },
    foreigner: {
      ...painter,
      mailbox: 'painter',
      givenName: 'Zoë',
      familyName: 'Žižková-Łuczak 山田 & Söhne <🔑>',
    },
    // Its pages have numbers, and scripts that put words to them.
    missesSignature: /trmsg="57"|Signature is not valid/,
  },
]

import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import {
  type DescribedServiceProvider,
  writeConfiguration,
  writeIni,
  writeUsers,
} from './lemonldap-ng-settings.ts'
import { type RunningProvider, readLines, startProviderProcess } from './provider-process.ts'

export type LemonLdapNg = RunningProvider & {
  readonly singleLogoutResponseUrl: string
  /** Takes effect with the next request; a second call for an entity id replaces the first. */
  trustServiceProvider(serviceProvider: DescribedServiceProvider): void
}

/** The Debian packages without which the provider cannot run here; none when it can. */
export function missingPackages(perl = 'perl'): string[] {
  return Object.entries(packageOfModule)
    .filter(([module]) => spawnSync(perl, [`-M${module}`, '-e', '1']).status !== 0)
    .map(([, name]) => name)
}

const packageOfModule = {
  'Lemonldap::NG::Portal::Main': 'liblemonldap-ng-portal-perl',
  Lasso: 'liblasso-perl',
  'XML::Simple': 'libxml-simple-perl',
  'IO::String': 'libio-string-perl',
}

/**
 * Starts Debian's LemonLDAP::NG 2.16 as an identity provider on a free port of 127.0.0.1, with a
 * key of its own and the users `pilot` and `painter`. All of its SAML is Lasso's. Throws with the
 * apt-get line to run when its packages are missing.
 */
export async function startLemonLdapNg({
  mailDomain = 'example.org',
}: {
  readonly mailDomain?: string
} = {}): Promise<LemonLdapNg> {
  const missing = missingPackages()
  if (missing.length > 0) {
    throw new Error(
      `LemonLDAP::NG cannot run here: apt-get install --no-install-recommends ${missing.join(' ')}`,
    )
  }
  await using resources = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'lemonldap-ng-'))
  resources.defer(() => rm(folder, { recursive: true }))
  for (const name of ['conf', 'sessions', 'locks']) await mkdir(join(folder, name))
  writeUsers(folder, mailDomain)
  const trustServiceProvider = await keepConfiguration(folder, mailDomain)
  const { origin, stop: stopPerl } = await startProviderProcess({
    command: ['perl', join(import.meta.dirname, 'lemonldap-ng', 'server.pl')],
    environment: { RUN_FOLDER: folder, LLNG_DEFAULTCONFFILE: writeIni(folder) },
    announcement: /serving (\S+)\n/,
  })
  resources.defer(stopPerl)
  const metadataUrl = `${origin}/saml/metadata`
  const metadataXml = await readMetadata(metadataUrl, folder)

  const running = resources.move()
  const stop = () => running.disposeAsync()
  return {
    entityId: metadataUrl,
    metadataUrl,
    metadataXml,
    ...addresses(origin),
    folder,
    problems: () =>
      readLines(join(folder, 'portal.log')).filter((line) => / \[error\] /.test(line)),
    trustServiceProvider,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const addresses = (origin: string) => ({
  singleSignOnUrl: `${origin}/saml/singleSignOn`,
  singleLogoutUrl: `${origin}/saml/singleLogout`,
  singleLogoutResponseUrl: `${origin}/saml/singleLogoutReturn`,
  logoutUrl: `${origin}/?logout=1`,
  idpInitiatedUrl(spEntityId: string, relayState?: string) {
    const query = new URLSearchParams({ IDPInitiated: '1', sp: spEntityId })
    if (relayState !== undefined) query.set('RelayState', relayState)
    return `${origin}/saml/singleSignOn?${query}`
  },
})

async function readMetadata(url: string, folder: string) {
  const response = await fetch(url)
  if (response.ok) return response.text()
  const log = readLines(join(folder, 'portal.log')).join('\n')
  throw new Error(`LemonLDAP::NG answers ${response.status}: ${log}`)
}

async function keepConfiguration(folder: string, mailDomain: string) {
  const pair = await generate([{ name: 'commonName', value: 'LemonLDAP::NG under test' }], {
    keySize: 2048,
    algorithm: 'sha256',
  })
  const key = { privateKey: pair.private, certificate: pair.cert }
  const trusted = new Map<string, DescribedServiceProvider>()
  let number = 0
  const write = () => {
    number += 1
    const settings = { key, mailDomain, serviceProviders: [...trusted.values()] }
    writeConfiguration(folder, number, settings)
  }
  write()
  return (added: DescribedServiceProvider) => {
    trusted.set(added.entityId, added)
    write()
  }
}

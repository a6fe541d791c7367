import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RunningProvider, readLines, startProviderProcess } from './provider-process.ts'
import {
  type Keys,
  type ResponseShape,
  type ServiceProvider,
  writeSettings,
} from './simplesamlphp-settings.ts'

export type SimpleSamlPhpOptions = ResponseShape & {
  readonly serviceProvider?: ServiceProvider | readonly ServiceProvider[]
  /** Domain of the users' mail addresses; `example.org` when left out. */
  readonly mailDomain?: string
}

export type SimpleSamlPhp = RunningProvider & {
  /** Takes effect with the next request; a second call for an entity id replaces the first. */
  trustServiceProvider(serviceProvider: ServiceProvider): void
  /** Makes a key that its metadata shows from now on beside the one in use. */
  announceNextKey(): Promise<void>
  /** Signs with the announced key only; the metadata shows no other one. */
  useNextKey(): void
}

/** The Debian packages without which the provider cannot run here; none when it can. */
export function missingPackages(php = 'php', applicationFolder = application): string[] {
  const extensions = spawnSync(php, ['-m'], { encoding: 'utf8' }).stdout?.split('\n') ?? []
  return [
    !extensions.includes('Core') && 'php-cli',
    !extensions.includes('dom') && 'php-xml',
    !extensions.includes('mbstring') && 'php-mbstring',
    !existsSync(join(applicationFolder, 'www')) && 'simplesamlphp',
  ].filter((name) => name !== false)
}

/**
 * Starts Debian's SimpleSAMLphp 1.19 as an identity provider on a free port of 127.0.0.1, with a
 * key of its own and the users `student` and `employee`. Throws with the apt-get line to run when
 * its packages are missing.
 */
export async function startSimpleSamlPhp(
  options: SimpleSamlPhpOptions = {},
): Promise<SimpleSamlPhp> {
  const missing = missingPackages()
  if (missing.length > 0) {
    throw new Error(`SimpleSAMLphp cannot run here: apt-get install ${missing.join(' ')}`)
  }
  await using resources = new AsyncDisposableStack()
  const folder = await makeFolder()
  resources.defer(() => rm(folder, { recursive: true }))
  const { trustServiceProvider, useKeys } = keepSettings(folder, options)
  const { origin, stop: stopPhp } = await startPhp(folder)
  resources.defer(stopPhp)
  const metadataUrl = `${origin}/saml2/idp/metadata.php`
  const metadataXml = await readMetadata(metadataUrl)

  const running = resources.move()
  const stop = () => running.disposeAsync()
  return {
    entityId: metadataUrl,
    metadataUrl,
    metadataXml,
    ...addresses(origin),
    folder,
    problems: () =>
      readLines(join(folder, 'simplesamlphp.log')).filter((line) => / ERROR /.test(line)),
    trustServiceProvider,
    async announceNextKey() {
      await makeKey(folder, 'next')
      useKeys({ inUse: 'idp', next: 'next' })
    },
    useNextKey: () => useKeys({ inUse: 'next' }),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function addresses(origin: string) {
  const singleSignOnUrl = `${origin}/saml2/idp/SSOService.php`
  const singleLogoutUrl = `${origin}/saml2/idp/SingleLogoutService.php`
  return {
    singleSignOnUrl,
    singleLogoutUrl,
    logoutUrl: `${singleLogoutUrl}?ReturnTo=${encodeURIComponent(`${origin}/logout.php`)}`,
    idpInitiatedUrl(spEntityId: string, relayState?: string) {
      const query = new URLSearchParams({ spentityid: spEntityId })
      if (relayState !== undefined) query.set('RelayState', relayState)
      return `${singleSignOnUrl}?${query}`
    },
  }
}

const application = '/usr/share/simplesamlphp'
const configuration = join(import.meta.dirname, 'simplesamlphp')

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'simplesamlphp-'))
  await mkdir(join(folder, 'sessions'))
  await makeKey(folder, 'idp')
  return folder
}

const makeKey = (folder: string, name: string) =>
  promisify(execFile)('php', [join(configuration, 'make-key.php'), folder, name])

function keepSettings(folder: string, options: SimpleSamlPhpOptions) {
  const { mailDomain = 'example.org', serviceProvider = [], ...shape } = options
  const trusted = new Map([serviceProvider].flat().map((one) => [one.entityId, one]))
  let keys: Keys = { inUse: 'idp' }
  const write = () => {
    const serviceProviders = [...trusted.values()]
    writeSettings(folder, { ...shape, mailDomain, keys, serviceProviders })
  }
  write()
  return {
    trustServiceProvider(added: ServiceProvider) {
      trusted.set(added.entityId, added)
      write()
    },
    useKeys(used: Keys) {
      keys = used
      write()
    },
  }
}

function startPhp(folder: string) {
  const ini = {
    // All but deprecations: SimpleSAMLphp 1.19 was written before PHP 8.2.
    error_reporting: '8191',
    display_errors: '0',
    log_errors: '1',
    error_log: join(folder, 'php.log'),
  }
  const settings = Object.entries(ini).flatMap(([name, value]) => ['-d', `${name}=${value}`])
  return startProviderProcess({
    command: ['php', ...settings, '-S', '127.0.0.1:0', '-t', join(application, 'www')],
    environment: { SIMPLESAMLPHP_CONFIG_DIR: configuration, RUN_FOLDER: folder },
    announcement: /\((http:[^)]+)\) started/,
  })
}

async function readMetadata(url: string) {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`SimpleSAMLphp answers ${response.status}: ${text}`)
  return text
}

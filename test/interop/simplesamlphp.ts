import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type ResponseShape,
  type ServiceProvider,
  writeSettings,
} from './simplesamlphp-settings.ts'

export type SimpleSamlPhpOptions = ResponseShape & {
  readonly serviceProvider?: ServiceProvider | readonly ServiceProvider[]
  /** Domain of the users' mail addresses; `example.org` when left out. */
  readonly mailDomain?: string
}

export type SimpleSamlPhp = AsyncDisposable & {
  readonly entityId: string
  readonly metadataUrl: string
  readonly metadataXml: string
  readonly singleSignOnUrl: string
  /** Holds the provider's key, sessions and logs (simplesamlphp.log, php.log) until it stops. */
  readonly folder: string
  idpInitiatedUrl(spEntityId: string, relayState?: string): string
  /** Takes effect with the next request; a second call for an entity id replaces the first. */
  trustServiceProvider(serviceProvider: ServiceProvider): void
  stop(): Promise<void>
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
  const trustServiceProvider = keepSettings(folder, options)
  const { origin, stop: stopPhp } = await startPhp(folder)
  resources.defer(stopPhp)
  const metadataUrl = `${origin}/saml2/idp/metadata.php`
  const singleSignOnUrl = `${origin}/saml2/idp/SSOService.php`
  const metadataXml = await readMetadata(metadataUrl)

  const running = resources.move()
  const stop = () => running.disposeAsync()
  return {
    entityId: metadataUrl,
    metadataUrl,
    metadataXml,
    singleSignOnUrl,
    folder,
    idpInitiatedUrl(spEntityId, relayState) {
      const query = new URLSearchParams({ spentityid: spEntityId })
      if (relayState !== undefined) query.set('RelayState', relayState)
      return `${singleSignOnUrl}?${query}`
    },
    trustServiceProvider,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const application = '/usr/share/simplesamlphp'
const configuration = join(import.meta.dirname, 'simplesamlphp')

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'simplesamlphp-'))
  await mkdir(join(folder, 'sessions'))
  await promisify(execFile)('php', [join(configuration, 'make-key.php'), folder])
  return folder
}

function keepSettings(folder: string, options: SimpleSamlPhpOptions) {
  const { mailDomain = 'example.org', serviceProvider = [], ...shape } = options
  const trusted = new Map([serviceProvider].flat().map((one) => [one.entityId, one]))
  const write = () =>
    writeSettings(folder, { ...shape, mailDomain, serviceProviders: [...trusted.values()] })
  write()
  return (added: ServiceProvider) => {
    trusted.set(added.entityId, added)
    write()
  }
}

async function startPhp(folder: string) {
  const ini = {
    // All but deprecations: SimpleSAMLphp 1.19 was written before PHP 8.2.
    error_reporting: '8191',
    display_errors: '0',
    log_errors: '1',
    error_log: join(folder, 'php.log'),
  }
  const settings = Object.entries(ini).flatMap(([name, value]) => ['-d', `${name}=${value}`])
  const server = ['php', ...settings, '-S', '127.0.0.1:0', '-t', join(application, 'www')]
  // setpriv makes PHP end with this process, however that ends.
  const php = spawn('setpriv', ['--pdeathsig', 'TERM', ...server], {
    env: { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: configuration, RUN_FOLDER: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const origin = await new Promise<string>((resolve, reject) => {
    let output = ''
    php.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      const [, address] = /\((http:[^)]+)\) started/.exec(output) ?? []
      if (address) resolve(address)
    })
    php.once('error', reject)
    php.once('exit', () => reject(new Error(`PHP did not start: ${output}`)))
  })
  return { origin, stop: () => end(php) }
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

async function readMetadata(url: string) {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`SimpleSAMLphp answers ${response.status}: ${text}`)
  return text
}

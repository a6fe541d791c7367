import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

type ProviderCommand = {
  readonly command: readonly [string, ...string[]]
  readonly environment: Record<string, string>
  /** What it prints, on either stream, once it answers; the first group is its origin. */
  readonly announcement: RegExp
}

/** An identity provider that runs here, whatever its product. */
export type RunningProvider = AsyncDisposable & {
  readonly entityId: string
  readonly metadataUrl: string
  readonly metadataXml: string
  readonly singleSignOnUrl: string
  /** Takes requests. */
  readonly singleLogoutUrl: string
  /** Ends the person's session here and at all service providers that it reached. */
  readonly logoutUrl: string
  /** Holds the provider's key, sessions and logs until it stops. */
  readonly folder: string
  idpInitiatedUrl(spEntityId: string, relayState?: string): string
  /** What it has logged as an error so far: not every one is shown on a page. */
  problems(): string[]
  stop(): Promise<void>
}

/**
 * Starts a provider's server and waits until it says where it listens. It ends with this process,
 * however that ends: setpriv tells the kernel so.
 */
export async function startProviderProcess({
  command,
  environment,
  announcement,
}: ProviderCommand) {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const origin = await new Promise<string>((resolve, reject) => {
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        // It is read on after the start, or the pipe would fill up.
        if (output.length < OUTPUT_LIMIT) output += chunk
        const [, announced] = announcement.exec(output) ?? []
        if (announced) resolve(announced)
      })
    }
    child.once('error', reject)
    child.once('close', () => reject(new Error(`${command[0]} did not start: ${output}`)))
  })
  return { origin, stop: () => end(child) }
}

const OUTPUT_LIMIT = 100_000

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

/** Every process of this machine whose environment names the provider's folder. */
export const processesOf = (folder: string): string[] =>
  readdirSync('/proc').filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').includes(`RUN_FOLDER=${folder}`)
    } catch {
      return false
    }
  })

/** Of a log; none while nobody has written to it. */
export const readLines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []

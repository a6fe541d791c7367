import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'

/** What a sample is told: LATCHKEY_URL and so on. */
export type Settings = Record<string, string>

/** A portal that runs here with one of the samples in it. */
export type Portal = AsyncDisposable & {
  /** Where the redirector is. */
  url: string
  /** All that it has printed or logged so far. */
  log(): string
}

/** Who the portal's own session is of; the fixtures of all portals read it from cookies. */
export type SignedIn = { email?: string; user_name?: string }

export type Answer = { status: number | undefined; headers: IncomingHttpHeaders; body: string }

type Link = {
  query?: string
  user?: SignedIn
  method?: string
  headers?: Record<string, string>
}

/** Follows a link as a browser does, but for the redirect of the answer. */
export async function follow(portal: Portal, link: Link = {}): Promise<Answer> {
  const { query = '', user = {}, method = 'GET', headers = {} } = link
  const cookies = Object.entries(user).map(
    ([name, value]) => `portal_${name}=${encodeURIComponent(value)}`,
  )
  const cookie = cookies.length > 0 ? { cookie: cookies.join('; ') } : {}
  const separator = portal.url.includes('?') ? '&' : '?'
  const url = query ? `${portal.url}${separator}${query}` : portal.url
  const sent = request(url, { method, headers: { ...cookie, ...headers }, agent: false })
  sent.end()
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = await response.toArray()
  const body = Buffer.concat(chunks).toString()
  return { status: response.statusCode, headers: response.headers, body }
}

type Command = {
  command: readonly [string, ...string[]]
  environment?: Record<string, string>
  /** What it prints, on either stream, once it answers; the first group is its origin. */
  announcement: RegExp
  path: string
  cwd?: string
}

/** Starts a portal's server and waits until it says where it listens; fails with what it says. */
export async function startPortal({ command, path, announcement, ...options }: Command) {
  const [program, ...args] = command
  const child = spawn(program, args, {
    env: { ...inherited(), ...options.environment },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const origin = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        const [, announced] = announcement.exec(output) ?? []
        if (announced) resolve(announced)
      })
    }
    child.once('error', reject)
    child.once('close', () => reject(new Error(output)))
  })
  const portal: Portal = {
    url: origin + path,
    log: () => output,
    [Symbol.asyncDispose]: () => end(child),
  }
  return portal
}

/** Only what programs need to be found: the settings of a sample come from its test. */
function inherited() {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

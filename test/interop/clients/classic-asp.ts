import { execFileSync, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { listen } from '#local/listen.ts'
import type { Portal, Settings } from '#test/clients/portal.ts'

/** Where Debian's wine64 has its loader; it brings VBScript, and WinHttpRequest with it. */
const wine = '/usr/lib/wine/wine64'
export const hasWine = existsSync(wine)

const iis = readFileSync(join(import.meta.dirname, 'classic-asp/iis.vbs'), 'utf8')

/** A folder that Wine sees as a Windows machine; without a display, menus or browsers. */
export function windows() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-wine-'))
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    WINEPREFIX: join(folder, 'prefix'),
    WINEDEBUG: '-all,fixme+vbscript',
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
  }
  execFileSync(wine, ['wineboot', '-i'], { env: environment, stdio: 'ignore' })
  return {
    folder,
    environment,
    [Symbol.dispose]() {
      execFileSync('/usr/lib/wine/wineserver', ['-k', '-w'], { env: environment })
      rmSync(folder, { recursive: true })
    },
  }
}

type Windows = ReturnType<typeof windows>

/** Serves one page as IIS would: each request runs it with Wine's VBScript. */
export async function startAsp(machine: Windows, page: string, settings: Settings) {
  const code = pageToScript(readFileSync(page, 'utf8'))
  const log: string[] = []
  let count = 0
  const server = createServer(async (request, response) => {
    count += 1
    const script = join(machine.folder, `${process.pid}-${request.socket.localPort}-${count}.vbs`)
    const { lines, environment } = requestValues(request)
    writeFileSync(script, ['Option Explicit', iis, lines, code, 'Response.EndPage'].join('\n'))
    const output = await run(script, { ...machine.environment, ...environment, ...settings })
    answer(response, output, log)
  })
  const portal: Portal = {
    url: `${await listen(server, { port: 0, host: '127.0.0.1' })}/latchkey-redirect.asp`,
    log: () => log.join('\n'),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return portal
}

/** What a script prints, into a file: Wine's own processes would hold a pipe open after its end. */
async function run(script: string, env: Settings): Promise<string> {
  const file = openSync(`${script}.out`, 'w')
  const stdio: StdioOptions = ['ignore', file, file]
  const args = ['cscript.exe', '//nologo', basename(script)]
  const child = spawn(wine, args, { env, stdio, cwd: dirname(script), timeout: 60_000 })
  await once(child, 'exit')
  closeSync(file)
  return readFileSync(`${script}.out`, 'utf8')
}

/** What ASP makes of a page: its code, and Response.Write for what stands between. */
function pageToScript(page: string): string {
  const code = page.replace(/^<%@[^%]*%>\s*/, '').replace('Option Explicit', '')
  const runnable = code
    .replaceAll('Response.End', 'Response.EndPage')
    .replace(/(\w+)\.WaitForResponse\(/, 'WaitedFor($1, ')
  const parts = runnable.split(/<%([\s\S]*?)%>/)
  return parts
    .map((part, index) =>
      index % 2 === 1 || !part.trim() ? part : `Response.Write ${literal(part)}`,
    )
    .join('\n')
}

/** What fills the dictionaries, and the environment variables that its texts are in. */
function requestValues({ method = '', url = '', headers }: IncomingMessage) {
  const query = new URL(url, 'http://localhost').searchParams
  const cookies = (headers.cookie ?? '').replaceAll('+', '%2B').replaceAll('; ', '&')
  const environment: Settings = {}
  /** Text that any code page could spoil goes by the environment; control characters by number. */
  const expression = (text: string) =>
    [...text.matchAll(/\p{Cc}|\P{Cc}+/gu)]
      .map(([part]) => {
        if (/\p{Cc}/u.test(part)) return `Chr(${part.charCodeAt(0)})`
        const name = `TEXT_${Object.keys(environment).length}`
        environment[name] = part
        return `Environment.Item("${name}")`
      })
      .join(' & ') || '""'
  const set =
    (values: string) =>
    ([name, value]: readonly [string, string]) =>
      `${values}.Item(${expression(name)}) = ${expression(value)}`
  const session = [...new URLSearchParams(cookies)].map(
    ([name, value]) => [name.replace('portal_', ''), value] as const,
  )
  const server = Object.entries({ ...headers, cookie: undefined }).map(
    ([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, `${value}`] as const,
  )
  const encoded = [...session, ...query].map(
    ([, value]) => [value, new URLSearchParams({ '': value }).toString().slice(1)] as const,
  )
  const lines = [
    ...session.map(set('SessionValues')),
    ...[...query].map(set('QueryValues')),
    ...server.map(set('ServerValues')),
    ...encoded.map(set('EncodedValues')),
    `ServerValues.Item("REQUEST_METHOD") = "${method}"`,
  ]
  return { lines: lines.join('\n'), environment }
}

const literal = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\n', '" & vbLf & "')}"`

function answer(response: ServerResponse, output: string, log: string[]) {
  const lines = output.split(/\r?\n/).map((line) => line.split(' ').map(decode))
  const status = lines.find(([kind]) => kind === 'status')?.[1]
  if (!status) log.push(`the script ended early: ${output}`)
  for (const [kind, text = ''] of lines) if (kind === 'log') log.push(text)
  for (const [kind, name = '', value = ''] of lines) {
    if (kind === 'header') response.appendHeader(name, value)
  }
  response.statusCode = Number.parseInt(status ?? '599', 10)
  response.end(lines.find(([kind]) => kind === 'body')?.[1])
}

const decode = (text: string) => decodeURIComponent(text)

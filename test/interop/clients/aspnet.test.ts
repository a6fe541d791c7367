import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startAuthority } from '#test/clients/authority.ts'
import { holdToFlow } from '#test/clients/flow.ts'
import { follow, type Settings, startPortal } from '#test/clients/portal.ts'
import { holdToSituations } from '#test/clients/situations.ts'
import { hasCommand } from '#test/has-command.ts'

const sample = join(import.meta.dirname, '../../../clients/aspnet')
const skip = hasCommand('dotnet') ? false : 'needs a .NET SDK'
const quiet = { DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' }

describe('clients/aspnet, run', { skip }, () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-aspnet-'))
    build('sample', join(sample, 'Program.cs'))
    build('portal', join(import.meta.dirname, 'aspnet/Program.cs'))
  })
  after(() => rmSync(folder, { recursive: true }))

  /** By the SDK that is here, whichever it is. */
  function build(name: string, program: string) {
    const project = join(folder, name)
    mkdirSync(project)
    for (const file of ['LatchkeyRedirect.cs', 'latchkey-redirect.csproj']) {
      copyFileSync(join(sample, file), join(project, file))
    }
    copyFileSync(program, join(project, 'Program.cs'))
    const [version] = execFileSync('dotnet', ['--version'], { encoding: 'utf8' }).split('.')
    const args = ['build', '-o', join(project, 'out'), `-p:TargetFramework=net${version}.0`]
    execFileSync('dotnet', args, { cwd: project, env: { ...process.env, ...quiet } })
  }

  const start = (name: string, settings: Settings) =>
    startPortal({
      command: ['dotnet', join(folder, name, 'out/latchkey-redirect.dll')],
      environment: { ...quiet, ...settings, ASPNETCORE_URLS: 'http://127.0.0.1:0' },
      announcement: /Now listening on: (http:\/\/127\.0\.0\.1:\d+)/,
      path: '/latchkey-redirect',
      cwd: join(folder, name),
    })

  holdToSituations({
    start: (settings) => start('portal', settings),
    startTrusting: (settings, certificateFile) =>
      start('portal', { ...settings, SSL_CERT_FILE: certificateFile }),
  })
  holdToFlow({ start: (settings) => start('portal', settings) })

  test('lets nobody in until the portal has authentication', async () => {
    await using authority = await startAuthority()
    const ssoToken = `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`
    const settings = { LATCHKEY_URL: authority.url, LATCHKEY_SSO_TOKEN: ssoToken }
    await using portal = await start('sample', settings)
    const { status } = await follow(portal, { user: { email: 'ada@portal.example' } })
    assert.deepEqual([status, authority.asked.length], [403, 0])
  })
})

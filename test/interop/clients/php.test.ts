import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { startAuthority } from '#test/clients/authority.ts'
import { holdToFlow } from '#test/clients/flow.ts'
import { follow, type Settings } from '#test/clients/portal.ts'
import { holdToSituations } from '#test/clients/situations.ts'
import { startPhp } from './php.ts'

const sample = join(import.meta.dirname, '../../../clients/php/latchkey-redirect.php')
const session = join(import.meta.dirname, 'php/portal-session.php')

describe('clients/php', () => {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-php-'))
  after(() => folder.remove())
  mkdirSync(join(folder.path, 'www'))
  copyFileSync(sample, join(folder.path, 'www/latchkey-redirect.php'))

  const start = (settings: Settings, ini: Settings = { auto_prepend_file: session }) =>
    startPhp(folder.path, '/latchkey-redirect.php', ini, settings)

  holdToSituations({
    start: (settings) => start(settings),
    startTrusting: (settings, certificateFile) =>
      start(settings, { auto_prepend_file: session, 'curl.cainfo': certificateFile }),
  })
  holdToFlow({ start: (settings) => start(settings) })

  test('is PHP without an error', () => {
    assert.match(execFileSync('php', ['-l', sample], { encoding: 'utf8' }), /^No syntax errors/)
  })

  const settings = {
    LATCHKEY_URL: 'https://sign-in.example',
    LATCHKEY_SSO_TOKEN: `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`,
  }

  test('lets nobody in until the portal has a session', async () => {
    await using authority = await startAuthority()
    await using alone = await start({ ...settings, LATCHKEY_URL: authority.url }, {})
    const user = { email: 'ada@portal.example' }
    const cookie = { headers: { cookie: 'PHPSESSID=chosenbysomebodyelse' } }
    for (const link of [{ user }, cookie]) {
      const { status } = await follow(alone, link)
      assert.deepEqual([status, authority.asked.length], [403, 0])
    }
  })

  test('reads its settings from a file above the web root, if there is one', async () => {
    await using authority = await startAuthority()
    const file = join(folder.path, 'latchkey-config.php')
    const entries = Object.entries({ ...settings, LATCHKEY_URL: authority.url })
    const lines = entries.map(([name, value]) => `'${name}' => '${value}',`)
    writeFileSync(file, `<?php return [${lines.join('\n')}];`)
    try {
      await using portal = await start({})
      const { status } = await follow(portal, { user: { email: 'ada@portal.example' } })
      assert.deepEqual([status, authority.asked.length], [303, 1])
    } finally {
      rmSync(file)
    }
  })

  test('is cached by nobody, whatever the session of the portal says', async () => {
    await using authority = await startAuthority()
    const adapted = readFileSync(sample, 'utf8').replace(
      /(function signed_in_user.*?\{)/s,
      "$1 session_cache_limiter('public'); session_start(); return 'ada@portal.example';",
    )
    writeFileSync(join(folder.path, 'www/adapted.php'), adapted)
    await using portal = await start({ ...settings, LATCHKEY_URL: authority.url }, {})
    const url = portal.url.replace('latchkey-redirect.php', 'adapted.php')
    const { status, headers } = await follow({ ...portal, url })
    assert.deepEqual([status, headers['cache-control']], [303, 'no-store'])
  })

  test('refuses a target that is a list, or no UTF-8', async () => {
    await using portal = await start(settings)
    for (const query of ['target[]=a', 'target=%ff']) {
      const { status } = await follow(portal, { query, user: { email: 'ada@portal.example' } })
      assert.equal(status, 400)
    }
  })
})

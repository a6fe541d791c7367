import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startAuthority } from '#test/clients/authority.ts'
import { holdToFlow } from '#test/clients/flow.ts'
import { follow, type Settings, startPortal } from '#test/clients/portal.ts'
import { holdToSituations } from '#test/clients/situations.ts'

const sample = join(import.meta.dirname, '../../../clients/python/latchkey_redirect.py')

const start = (settings: Settings, ...args: string[]) =>
  startPortal({
    command: ['python3', '-B', sample, ...args],
    environment: { ...settings, PORT: '0' },
    announcement: /(http:\/\/127\.0\.0\.1:\d+)\/latchkey-redirect/,
    path: '/latchkey-redirect',
    cwd: join(import.meta.dirname, 'python'),
  })

describe('clients/python', () => {
  holdToSituations({
    start: (settings) => start(settings, 'my_portal:signed_in_user'),
    startTrusting: (settings, certificateFile) =>
      start({ ...settings, SSL_CERT_FILE: certificateFile }, 'my_portal:signed_in_user'),
  })
  holdToFlow({ start: (settings) => start(settings, 'my_portal:signed_in_user') })

  test('lets nobody in until it is told who is signed in', async () => {
    await using authority = await startAuthority()
    const ssoToken = `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`
    const settings = { LATCHKEY_URL: authority.url, LATCHKEY_SSO_TOKEN: ssoToken }
    await using alone = await start(settings)
    const { status } = await follow(alone, { user: { email: 'ada@portal.example' } })
    assert.deepEqual([status, authority.asked.length], [403, 0])
  })
})

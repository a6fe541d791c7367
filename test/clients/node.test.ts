import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startAuthority } from './authority.ts'
import { holdToFlow } from './flow.ts'
import { follow, type Settings, startPortal } from './portal.ts'
import { holdToSituations } from './situations.ts'

const sample = join(import.meta.dirname, '../../clients/node/latchkey-redirect.mjs')
const portal = join(import.meta.dirname, 'node/portal.mjs')

const start = (settings: Settings, ...args: string[]) =>
  startPortal({
    command: [process.execPath, sample, ...args],
    environment: { ...settings, PORT: '0' },
    announcement: /(http:\/\/127\.0\.0\.1:\d+)\/latchkey-redirect/,
    path: '/latchkey-redirect',
  })

describe('clients/node', () => {
  holdToSituations({
    start: (settings) => start(settings, portal),
    startTrusting: (settings, certificateFile) =>
      start({ ...settings, NODE_EXTRA_CA_CERTS: certificateFile }, portal),
  })
  holdToFlow({ start: (settings) => start(settings, portal) })

  const settings = {
    LATCHKEY_URL: 'https://sign-in.example',
    LATCHKEY_SSO_TOKEN: `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`,
  }

  test('refuses to run where certificates are not verified', async () => {
    const unsafe = { ...settings, NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    await assert.rejects(start(unsafe, portal), /NODE_TLS_REJECT_UNAUTHORIZED/)
  })

  test('lets nobody in until it is told who is signed in', async () => {
    await using authority = await startAuthority()
    await using alone = await start({ ...settings, LATCHKEY_URL: authority.url })
    const { status } = await follow(alone, { user: { email: 'ada@portal.example' } })
    assert.deepEqual([status, authority.asked.length], [403, 0])
  })

  test('serves no other address', async () => {
    await using alone = await start(settings)
    const url = alone.url.replace('/latchkey-redirect', '/')
    assert.equal((await follow({ ...alone, url })).status, 404)
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startAuthority } from '#test/clients/authority.ts'
import { holdToFlow } from '#test/clients/flow.ts'
import { follow } from '#test/clients/portal.ts'
import { holdToSituations } from '#test/clients/situations.ts'
import { hasWordPress, installWordPress, type WordPress } from './wordpress.ts'

const skip = hasWordPress ? false : 'needs wordpress and mariadb-server'

describe('clients/wordpress', { skip }, () => {
  let wordPress: WordPress
  before(async () => {
    wordPress = await installWordPress()
  })
  after(() => wordPress[Symbol.asyncDispose]())

  holdToSituations({
    start: (settings) => wordPress.start(settings),
    startTrusting: (settings, certificateFile) =>
      wordPress.start({ ...settings, PORTAL_CA: certificateFile }),
  })
  holdToFlow({ start: (settings) => wordPress.start(settings) })

  test('is a plugin that WordPress knows', () => {
    const { Name, RequiresPHP, RequiresWP } = wordPress.plugin
    assert.deepEqual([Name, RequiresPHP, RequiresWP], ['Latchkey redirect', '8.0', '5.9'])
  })

  test('reads its settings from constants of wp-config.php', async () => {
    await using authority = await startAuthority()
    const ssoToken = `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`
    const constants = { LATCHKEY_URL: authority.url, LATCHKEY_SSO_TOKEN: ssoToken }
    await using portal = await wordPress.start({ PORTAL_CONSTANTS: JSON.stringify(constants) })
    const { status } = await follow(portal, { user: { email: 'ada@portal.example' } })
    assert.deepEqual([status, authority.asked.length], [303, 1])
  })
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startAuthority } from '#test/clients/authority.ts'
import { holdToFlow } from '#test/clients/flow.ts'
import { follow, type Settings } from '#test/clients/portal.ts'
import { holdToSituations } from '#test/clients/situations.ts'
import { hasWine, startAsp, windows } from './classic-asp.ts'

const sample = join(import.meta.dirname, '../../../clients/classic-asp/latchkey-redirect.asp')

describe('clients/classic-asp', { skip: hasWine ? false : 'needs wine64' }, () => {
  let machine: ReturnType<typeof windows>
  before(() => {
    machine = windows()
  })
  after(() => machine[Symbol.dispose]())

  const start = (settings: Settings) => startAsp(machine, sample, settings)

  holdToSituations({
    start,
    waitsForever: "WaitForResponse of Wine's WinHttpRequest has no timeout",
  })
  holdToFlow({ start })

  for (const [silentSeconds, expected] of [
    ['5', 502],
    ['6', 303],
  ] as const) {
    test(`answers ${expected} where its wait ends without an answer after ${silentSeconds} s`, async () => {
      await using authority = await startAuthority()
      const ssoToken = `sso_${'0'.repeat(48)}_${'A'.repeat(43)}`
      const settings = { LATCHKEY_URL: authority.url, LATCHKEY_SSO_TOKEN: ssoToken }
      await using portal = await start({ ...settings, SILENT_SECONDS: silentSeconds })
      const { status } = await follow(portal, { user: { email: 'ada@portal.example' } })
      assert.equal(status, expected)
    })
  }
})

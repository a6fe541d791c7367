import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { adviseEveryPage } from '#shared/portals/advice.ts'
import type { AlertStore } from '#shared/portals/alerts.ts'
import { login, nowMs, ssoToken } from './example.ts'

async function advise(count: number, raise: () => Promise<boolean> = () => Promise.resolve(true)) {
  const raised: unknown[] = []
  const alerts: AlertStore = {
    raise(...given) {
      raised.push(given)
      return raise()
    },
  }
  return { isAdvised: await adviseEveryPage(alerts, { login, count }, nowMs), raised }
}

describe('adviseEveryPage', () => {
  const { orgId, id } = ssoToken
  const at = Math.floor(nowMs / 1000)
  const told = [{ orgId, id }, 'every_page', { at, actor: `sso-token:${id}` }]

  const cases = [
    ['says nothing of ten for one person', 10, false, []],
    ['advises at the eleventh, and tells the administrators', 11, true, [told]],
    ['goes on to advise, and tells nobody again', 12, true, []],
  ] as const
  for (const [name, count, isAdvised, raised] of cases) {
    test(name, async () => {
      assert.deepEqual(await advise(count), { isAdvised, raised })
    })
  }

  test('lets the person in where the alert cannot be kept', async (t) => {
    const lines: string[] = []
    t.mock.method(console, 'error', (line: object) => lines.push(JSON.stringify(line)))
    const { isAdvised } = await advise(11, () => Promise.reject(new Error('an outage')))
    assert.equal(isAdvised, true)
    assert.match(lines.join(), /"sso_alert_not_raised"/)
  })
})

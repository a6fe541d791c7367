import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoSsoAlerts } from '#shared/aws/sso-alert-store.ts'
import { ssoTokenItem, ssoTokenOf } from '#shared/aws/sso-token-item.ts'
import { newTraceId } from '#shared/ids.ts'
import { quietSeconds } from '#shared/portals/alerts.ts'
import { alertKinds, type SsoToken } from '#shared/portals/types.ts'
import { newSsoToken, now } from './new-sso-token.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

async function stored(changes: Partial<SsoToken> = {}) {
  const { token } = newSsoToken(changes)
  await db.put(db.directory, ssoTokenItem(token))
  const read = () => db.read(db.directory, directoryKeys.ssoToken(token.orgId, token.id))
  return { token, read }
}
const noticed = { at: now, actor: 'product:cred_1' }

describe('dynamoSsoAlerts', () => {
  for (const kind of alertKinds) {
    test(`raises ${kind} once in its time, with its event and mail`, async () => {
      const { token, read } = await stored()
      const alerts = dynamoSsoAlerts(db.directory)
      const raise = (at: number) => alerts.raise(token, kind, { ...noticed, at })
      const answers = await Promise.all([1, 2, 3].map(() => raise(now)))
      assert.equal(answers.filter(Boolean).length, 1)
      const first = await read()
      assert.equal(await raise(now + quietSeconds[kind] - 1), false)
      assert.deepEqual(await read(), first)
      assert.deepEqual(ssoTokenOf(first)?.alerts, { [kind]: now })
      assert.equal(await raise(now + quietSeconds[kind]), true)
      assert.deepEqual(ssoTokenOf(await read())?.alerts, { [kind]: now + quietSeconds[kind] })
    })
  }

  test('raises one kind while another is quiet, and keeps the times of both', async () => {
    const { token, read } = await stored()
    const alerts = dynamoSsoAlerts(db.directory)
    const traceId = newTraceId(now * 1000)
    assert.equal(await alerts.raise(token, 'replay', noticed), true)
    assert.equal(await alerts.raise(token, 'other_host', { ...noticed, traceId }), true)
    const item = await read()
    assert.deepEqual(ssoTokenOf(item)?.alerts, { replay: now, other_host: now })
    assert.deepEqual(item?.['alert'], { kind: 'other_host', at: now, traceId })
    const { type, actor } = item['evt'] as Record<string, string>
    assert.deepEqual([type, actor], ['latchkey.sso-token.alerted.v1', 'product:cred_1'])
    assert.equal((item['mail'] as Record<string, string>)['kind'], 'sso-token-alert')
  })

  test('raises nothing of an SSO token that is no more', async () => {
    const alerts = dynamoSsoAlerts(db.directory)
    const { token, read } = await stored({ removedAt: now })
    const before = await read()
    assert.equal(await alerts.raise(token, 'replay', noticed), false)
    assert.deepEqual(await read(), before)
    const { token: unknown } = newSsoToken()
    assert.equal(await alerts.raise(unknown, 'replay', noticed), false)
    const key = directoryKeys.ssoToken(unknown.orgId, unknown.id)
    assert.equal(await db.read(db.directory, key), undefined)
  })
})

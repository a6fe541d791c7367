import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { BreakGlass } from '#shared/admin/break-glass.ts'
import { breakGlassItem, storedBreakGlass } from '#shared/aws/break-glass-item.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newBreakGlassId, newUserId, type OrgId } from '#shared/ids.ts'
import { newAdmin } from '#test/flows/admin-client.ts'
import { tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/break-glass/handler.ts')

/** Puts an emergency there that was asked for so many seconds after the first one. */
async function keep(orgId: OrgId, seconds: number, changes: Partial<BreakGlass> = {}) {
  const { directory, put } = await tables()
  const requestedAt = 1_772_619_330 + seconds
  const id = newBreakGlassId(requestedAt * 1000)
  const requestEndsAt = requestedAt + 3600
  const requested = { id, orgId, state: 'requested', requestedBy: newUserId() } as const
  const record: BreakGlass = { ...requested, requestedAt, requestEndsAt, ...changes }
  await put(directory, { ...breakGlassItem(record), rev: 1 })
  await put(directory, { ...directoryKeys.currentBreakGlass(orgId), ...storedBreakGlass(record) })
  return record
}

describe('break-glass', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('break-glass')
    handler = (await importHandler()).handler
  })

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, eventOf('break-glass'))
    assert.equal(answer.statusCode, 401)
  })

  test('lists nothing where nothing has happened', async () => {
    const admin = await newAdmin()
    const { status, body } = await admin.call('GET', '/break-glass')
    assert.deepEqual([status, body], [200, { breakGlass: [] }])
  })

  test('lists each emergency once, newest first, by pages', async () => {
    const admin = await newAdmin()
    const approvedBy = newUserId()
    const opened = {
      state: 'opened',
      approvedBy,
      openedAt: 1_772_619_400,
      openUntil: 1_772_621_200,
    } as const
    const kept = [
      await keep(admin.orgId, 0, opened),
      await keep(admin.orgId, 60),
      await keep(admin.orgId, 120),
    ].toReversed()
    const key = admin.keys.reader
    const ids: string[] = []
    let query = '?limit=1'
    for (let page = 0; page < 3; page++) {
      const { body } = await admin.call('GET', `/break-glass${query}`, { key })
      ids.push(...(body['breakGlass'] as { id: string }[]).map(({ id }) => id))
      assert.equal(body['next'] === undefined, page === 2)
      query = `?limit=1&cursor=${body['next']}`
    }
    assert.deepEqual(
      ids,
      kept.map(({ id }) => id),
    )
    const { body } = await admin.call('GET', '/break-glass', { key })
    assert.deepEqual((body['breakGlass'] as object[]).at(-1), {
      id: kept.at(-1)?.id,
      state: 'opened',
      requestedBy: kept.at(-1)?.requestedBy,
      requestedAt: '2026-03-04T10:15:30.000Z',
      requestEndsAt: '2026-03-04T11:15:30.000Z',
      approvedBy,
      openedAt: '2026-03-04T10:16:40.000Z',
      openUntil: '2026-03-04T10:46:40.000Z',
    })
  })

  test("shows nothing of another organization's, and nothing to a setup link", async () => {
    const [admin, other] = [await newAdmin(), await newAdmin()]
    const { id } = await keep(other.orgId, 0)
    assert.ok(!(await admin.call('GET', '/break-glass')).text.includes(id))
    const { status } = await admin.call('GET', '/break-glass', { key: admin.keys.setup })
    assert.equal(status, 403)
  })

  test('refuses a cursor that is none of this list', async () => {
    const admin = await newAdmin()
    assert.equal((await admin.call('GET', '/break-glass?cursor=eA')).status, 422)
  })
})

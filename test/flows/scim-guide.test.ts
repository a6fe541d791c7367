import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import type { DirectoryId } from '#shared/ids.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { tables } from '#test/stores/tables.ts'
import { newAdmin } from './admin-client.ts'
import { runGuide, skip } from './guide.ts'
import { runningStack } from './running-stack.ts'

test('docs/scim.md makes a directory, replaces its token, resumes it, takes back what it did, and ends it', {
  skip,
}, async () => {
  const { stack } = await runningStack()
  const admin = await newAdmin()
  let baseUrl = ''
  let token = ''

  /** What the connector of the provider would send. */
  async function send(method: string, path: string, body?: object): Promise<Response> {
    return await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  /** Of three users two are put out, of whom the guard lets one pass. */
  async function goWrong() {
    const path = `/directories/${baseUrl.split('/').at(-1)}`
    await admin.call('PATCH', path, { body: { guard: { share: 1, atLeast: 1 } } })
    const made = ['ada', 'grace', 'linus'].map((name) => send('POST', '/Users', { userName: name }))
    const ids = await Promise.all(
      made.map(async (answer) => ((await (await answer).json()) as { id: string }).id),
    )
    const Operations = [{ op: 'replace', path: 'active', value: false }]
    const [first, second] = ids.map((id) => `/Users/${id}`)
    assert.equal((await send('PATCH', first ?? '', { Operations })).status, 200)
    assert.equal((await send('PATCH', second ?? '', { Operations })).status, 503)
  }

  /** As if it had been paused half a minute ago. */
  async function letTimePass() {
    const db = await tables()
    const key = scimKeys.directory(baseUrl.split('/').at(-1) as DirectoryId)
    const { paused, ...item } = (await db.read(db.directory, key)) as { paused: { at: number } }
    await db.put(db.directory, { ...item, ...key, paused: { ...paused, at: paused.at - 30 } })
  }

  const variables = {
    LATCHKEY_URL: stack.url,
    ORG: admin.orgId,
    KEY: admin.keys.admin,
    FROM: new Date(epochMilliseconds()).toISOString(),
  }
  const [made, tried, second, replaced, asked, paused, foreseen, undone, emptied] = await runGuide(
    'scim.md',
    variables,
    async (output, block) => {
      if (block === 1) [baseUrl = '', token = ''] = output.split('\n')
      if (block === 3) {
        token = output.trim()
        await send('GET', '/Users')
      }
      if (block === 4) await goWrong()
      if (block === 8) await send('POST', '/Users', { userName: 'ada' })
      if (block === 9) await letTimePass()
    },
  )
  assert.match(made ?? '', /^http:\S+\/scim\/v2\/dir_\w{40}\nsct_\w{32}_\S{43}\n$/)
  assert.equal(tried, 'true\n0\n')
  assert.match(second ?? '', /^sct_/)
  assert.match(replaced ?? '', /^Entra ID, second: \d{4}-/m)
  assert.match(asked ?? '', / PATCH \/Users\/usr_\w{32} 503 $/m)
  assert.match(asked ?? '', /"after":{"userName":"ada","active":false}/)
  assert.match(paused ?? '', /cause: 'guard'[\s\S]*\nactive\n$/)
  assert.match(foreseen ?? '', /^paused\n\{"undone":3,"unchanged":0,"skipped":\[\],"done":true,/)
  assert.match(
    undone ?? '',
    /^\{"undone":3,"unchanged":0,"skipped":\[\],"done":true,[\s\S]*\nactive\n$/,
  )
  assert.match(emptied ?? '', /^paused\n\{.*"done":true/)
  const { body } = await admin.call('GET', '/directories')
  assert.deepEqual(body['directories'], [])
})

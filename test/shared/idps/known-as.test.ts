import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { completeTask, pendingTask, presentIdentity } from '#shared/idps/known-as.ts'
import type { KnownAs } from '#shared/idps/types.ts'
import { provider } from '#test/shared/sign-in/example.ts'
import { onlyChange, portsOf, recordOf, target } from './records.ts'

const publicUrl = 'https://signin.example'
const knownAs: KnownAs = { publicUrl, identifiers: 'shared' }
const atOldHost: KnownAs = { ...knownAs, publicUrl: 'https://old.example' }

describe('presentIdentity', () => {
  test('is the shared one, or that of the organization', () => {
    const identityOf = (identifiers: KnownAs['identifiers']) =>
      presentIdentity({ ...provider, identifiers }, publicUrl).entityId
    assert.equal(identityOf('shared'), `${publicUrl}/saml/sp`)
    assert.equal(identityOf('organization'), `${publicUrl}/saml/${provider.orgId}/sp`)
  })
})

describe('pendingTask', () => {
  test('is none as long as the provider knows us as what we are', () => {
    assert.equal(pendingTask(provider, publicUrl), undefined)
    assert.equal(pendingTask({ ...provider, knownAs }, publicUrl), undefined)
  })

  const own = `${publicUrl}/saml/${provider.orgId}/sp`
  const changes = [
    ['our host', atOldHost, 'https://old.example/saml/sp'],
    ['the identifiers', { ...knownAs, identifiers: 'organization' }, own],
  ] as const
  for (const [name, changed, former] of changes) {
    test(`tells what to change when ${name} changed`, () => {
      const task = pendingTask({ ...provider, knownAs: changed }, publicUrl)
      assert.equal(task?.id, 'update-provider')
      assert.equal(task.former.entityId, former)
      assert.deepEqual(task.present, presentIdentity(provider, publicUrl))
    })
  }
})

describe('completeTask', () => {
  const done = { task: 'update-provider', publicUrl }

  test('has the provider know us as what we are, and nothing more to do', async () => {
    const ports = portsOf({ found: [recordOf({ knownAs: atOldHost })] })
    assert.ok((await completeTask(ports.store, target, done)).ok)
    const { idp, event } = onlyChange(ports)
    assert.deepEqual(idp, { ...provider, knownAs })
    assert.equal(event, 'updated')
    assert.equal(pendingTask(idp, publicUrl), undefined)
  })

  const refusals = [
    ['a task that nobody knows', { knownAs: atOldHost }, { ...done, task: 'other' }],
    ['a task that is done', { knownAs }, done],
    ['a task that never was', {}, done],
  ] as const
  for (const [name, changes, asked] of refusals) {
    test(`refuses ${name}`, async () => {
      const { store, written } = portsOf({ found: [recordOf(changes)] })
      const result = await completeTask(store, target, asked)
      assert.deepEqual(result, { ok: false, error: { cause: 'task_unknown' } })
      assert.deepEqual(written, [])
    })
  }
})

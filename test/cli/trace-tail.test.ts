import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newOrganization } from '#test/flows/new-administrator.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { operatorOf, runCli } from './run-cli.ts'

describe('trace tail', () => {
  const tail = async (...args: string[]) => {
    const { stack } = await runningStack()
    return runCli(['trace', 'tail', ...args], operatorOf(stack))
  }

  test('ends with what is wrong where there is no such organization', async () => {
    for (const organization of [newOrgId(), 'acme']) {
      const { code, stdout, stderr } = await tail('--org', organization)
      assert.deepEqual([code, stdout], [3, ''])
      assert.match(stderr, /There is no such organization/)
    }
    const { stderr } = await tail('--org', newOrgId(), '--once', '--json')
    assert.equal(JSON.parse(stderr).error.cause, 'organization_unknown')
  })

  test('shows nothing of an organization to which nothing has happened', async () => {
    const { orgId } = await newOrganization()
    assert.deepEqual(await tail('--org', orgId, '--once'), { code: 0, stdout: '', stderr: '' })
  })
})

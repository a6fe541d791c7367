import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempDisposableSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { operatorOf, runCli, startCli } from '#test/cli/run-cli.ts'
import { postResponse } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

const folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-operators-'))
after(() => folder.remove())

describe('the examples in docs/operators.md', () => {
  const text = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8')
  const examples = [...text.matchAll(/^npx latchkey (.*)$/gm)].map(([, line = '']) => line)

  /** A line as a shell reads it. */
  const wordsOf = (line: string, variables: Record<string, string>) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) =>
      (quoted ?? bare).replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? ''),
    )

  test('all do what they say, one after the other', async () => {
    const { stack } = await newTenant()
    assert.ok(examples.length > 12, `${examples.length} examples`)
    const variables: Record<string, string> = {}
    const keys = join(folder.path, 'latchkey.keys.json')
    for (const example of examples) {
      const words = wordsOf(example, variables).map((word) =>
        word.endsWith('.ndjson') ? join(folder.path, word) : word,
      )
      const args = words[0] === 'keys' ? [...words, '--file', keys] : words
      const { code, stdout, stderr } = await runCli(args, operatorOf(stack))
      // What other tests left in the queues is for the doctor to find.
      const isFine = code === 0 || (words[0] === 'doctor' && /checks failed/.test(stderr))
      assert.ok(isFine, `${example}: ${code} ${stdout} ${stderr}`)
      const [, what = ''] = /^(org|account) create/.exec(example) ?? []
      if (what !== '') variables[what.toUpperCase()] = String(JSON.parse(stdout).id)
    }
  })
})

describe('the command line', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  test('answers 4 to credentials that the service does not take', async () => {
    const variables = { ...operatorOf(tenant.stack), AWS_SECRET_ACCESS_KEY: 'other' }
    const { code, stdout, stderr } = await runCli(['org', 'list'], variables)
    assert.deepEqual([code, stdout], [4, ''])
    assert.match(stderr, /does not take your AWS credentials/)
  })

  test('answers 3 to what the service refuses, with the cause and what is to blame', async () => {
    const args = ['org', 'create', 'Acme', '--product', 'meetings', '--domain', 'co.uk']
    const { code, stdout, stderr } = await runCli([...args, '--json'], operatorOf(tenant.stack))
    assert.deepEqual([code, stdout], [3, ''])
    const { error } = JSON.parse(stderr)
    assert.equal(error.cause, 'request_refused')
    assert.deepEqual(error.problems, [
      { field: 'domains[0]', cause: 'domain_public_suffix', got: 'co.uk' },
    ])
    const forPeople = await runCli(args, operatorOf(tenant.stack))
    assert.match(forPeople.stderr, /field: domains\[0\], cause: domain_public_suffix/)
  })

  test('follows traces until Ctrl-C', { timeout: 60_000 }, async () => {
    const args = ['trace', 'tail', '--org', tenant.orgId, '--since', '1m', '--json']
    const child = startCli(args, operatorOf(tenant.stack))
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    try {
      for (const name of ['ada', 'grace']) {
        const email = `${name}@${tenant.domain}`
        const response = tenant.respond({ email, nameId: name })
        assert.equal((await postResponse(tenant, response)).status, 303)
        const { value } = await lines.next()
        const trace = JSON.parse(String(value))
        assert.deepEqual([trace.outcome, trace.organization], ['succeeded', tenant.orgId])
      }
    } finally {
      child.kill('SIGINT')
    }
    const [code] = await once(child, 'close')
    assert.equal(code, 0)
  })
})

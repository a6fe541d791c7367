import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { operatorOf } from '#test/cli/run-cli.ts'
import { runGuide, skip } from './guide.ts'
import { idpMetadata } from './idp-metadata.ts'
import { runningStack } from './running-stack.ts'

test('docs/first-organization.md takes a new organization to a user with a product', {
  skip,
}, async () => {
  const { stack, proofs } = await runningStack()
  const domain = proofs.newDomain()
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-guide-'))
  const METADATA = join(folder.path, 'idp-metadata.xml')
  writeFileSync(METADATA, idpMetadata({ entityId: `https://${domain}` }))
  const variables = { DOMAIN: domain, METADATA, ...operatorOf(stack) }
  const printed = await runGuide('first-organization.md', variables, (output) => {
    const [, value] = /value: '([^']+)'/.exec(output) ?? []
    if (value !== undefined) proofs.setTxt(domain, value)
  })
  const all = printed.join('')
  for (const line of ['verified', 'active', 'granted', 'true']) {
    assert.ok(all.split('\n').includes(line), `${line} in\n${all}`)
  }
})

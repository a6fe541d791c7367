import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costlyInputs, costlyPlaintexts, honestInput } from '#test/fixtures/saml/bad/costly.ts'
import { defectiveResponse } from '#test/fixtures/saml/bad/defect.ts'
import { encryption, unwrapWith } from '#test/fixtures/saml/encrypt.ts'
import { encryptedResponse } from '#test/fixtures/saml/encrypted-response.ts'
import { judgeEncrypted } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { expectations, posted } from '#test/fixtures/saml/plain-response.ts'

const unwrapKey = unwrapWith(keys.encryption)

async function refuse(samlResponse: string) {
  const result = await judgeEncrypted(samlResponse, expectations, unwrapKey)
  assert.equal(result.ok, false)
}

/** CPU time of this thread alone, so that what else the machine does counts little. */
async function cpuMilliseconds(run: () => Promise<void>): Promise<number> {
  const before = process.threadCpuUsage()
  await run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/** The least that it takes, of some attempts; it is enough that one stays within the limit. */
async function leastMilliseconds(samlResponse: string, limit: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 5 && least > limit; attempt++) {
    least = Math.min(least, await cpuMilliseconds(() => refuse(samlResponse)))
  }
  return least
}

/** Coverage and a busy machine make all code slow, that for an honest response of 256 KB too. */
const honestMs = await leastMilliseconds(defectiveResponse(honestInput, 'assertion'), 0)
const limitMs = Math.max(100, 8 * honestMs)

for (const input of costlyInputs) {
  test(`a response with ${input.altered} is refused in no time`, async () => {
    const least = await leastMilliseconds(defectiveResponse(input, 'assertion'), limitMs)
    assert.ok(least <= limitMs, `${least} ms, allowed are ${limitMs}`)
  })
}

for (const [what, plaintext] of costlyPlaintexts) {
  test(`a ciphertext of ${what} is refused in no time`, async () => {
    const making = { plaintext: () => plaintext, encryption: encryption('aes-256-cbc') }
    const least = await leastMilliseconds(posted(encryptedResponse('none', making)), limitMs)
    assert.ok(least <= limitMs, `${least} ms, allowed are ${limitMs}`)
  })
}

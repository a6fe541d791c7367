import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costlyInputs } from '#test/fixtures/saml/bad/costly.ts'
import { defectiveResponse } from '#test/fixtures/saml/bad/defect.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { expectations } from '#test/fixtures/saml/plain-response.ts'

/** Of this thread alone, so that a busy machine does not count. */
function cpuMilliseconds(run: () => void): number {
  const before = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

const LIMIT_MS = 100
const ATTEMPTS = 3

for (const input of costlyInputs) {
  test(`a response of ${input.altered} is refused within ${LIMIT_MS} ms`, () => {
    const samlResponse = defectiveResponse(input, 'assertion')
    let best = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < ATTEMPTS && best > LIMIT_MS; attempt++) {
      const spent = cpuMilliseconds(() => {
        assert.equal(judgeResponse(samlResponse, expectations).ok, false)
      })
      best = Math.min(best, spent)
    }
    assert.ok(best <= LIMIT_MS, `${Math.round(best)} ms`)
  })
}

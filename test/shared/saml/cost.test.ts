import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costlyInputs, honestInput } from '#test/fixtures/saml/bad/costly.ts'
import { defectiveResponse } from '#test/fixtures/saml/bad/defect.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { expectations } from '#test/fixtures/saml/plain-response.ts'

/** CPU time of this thread alone, so that what else the machine does counts little. */
function cpuMilliseconds(run: () => void): number {
  const before = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

const refuse = (samlResponse: string) => () =>
  assert.equal(judgeResponse(samlResponse, expectations).ok, false)

/** The least that it takes, of some attempts; it is enough that one stays within the limit. */
function leastMilliseconds(samlResponse: string, limit: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 5 && least > limit; attempt++) {
    least = Math.min(least, cpuMilliseconds(refuse(samlResponse)))
  }
  return least
}

/** Coverage and a busy machine make all code slow, that for an honest response of 256 KB too. */
const honestMs = leastMilliseconds(defectiveResponse(honestInput, 'assertion'), 0)
const limitMs = Math.max(100, 8 * honestMs)

for (const input of costlyInputs) {
  test(`a response with ${input.altered} is refused in no time`, () => {
    const least = leastMilliseconds(defectiveResponse(input, 'assertion'), limitMs)
    assert.ok(least <= limitMs, `${least} ms, allowed are ${limitMs}`)
  })
}

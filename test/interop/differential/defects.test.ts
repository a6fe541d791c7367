import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Expectations } from '#shared/saml/verify-response.ts'
import { algorithmDefects } from '#test/fixtures/saml/bad/algorithms.ts'
import { type Defect, defectiveResponse } from '#test/fixtures/saml/bad/defect.ts'
import { profileDefects } from '#test/fixtures/saml/bad/profile.ts'
import { signatureDefects } from '#test/fixtures/saml/bad/signature.ts'
import { signatureValueDefects } from '#test/fixtures/saml/bad/signature-value.ts'
import { wrappingDefects } from '#test/fixtures/saml/bad/wrapping.ts'
import { xmlDefects } from '#test/fixtures/saml/bad/xml.ts'
import { judgeWithNodeSaml } from '#test/fixtures/saml/differential/judge-with-node-saml.ts'
import { judgeWithSamlify } from '#test/fixtures/saml/differential/judge-with-samlify.ts'
import { differenceFrom } from '#test/fixtures/saml/differential/verdict.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { expectations, identity, signings } from '#test/fixtures/saml/plain-response.ts'

const families: Readonly<Record<string, readonly Defect[]>> = {
  wrapping: wrappingDefects,
  signature: signatureDefects,
  'signature values': signatureValueDefects,
  algorithms: algorithmDefects,
  xml: xmlDefects,
  profile: profileDefects,
}

const judges = { samlify: judgeWithSamlify, 'node-saml': judgeWithNodeSaml }
const products = ['samlify', 'node-saml'] as const

/** What is larger takes xmldom seconds. */
const COMPARED_LENGTH = 32 * 1024

type Count = { accepted: number; readOtherwise: number }

async function judgeDefect(
  t: TestContext,
  samlResponse: string,
  expected: Expectations,
  counts: Readonly<Record<(typeof products)[number], Count>>,
) {
  t.mock.timers.enable({ apis: ['Date'], now: expected.now * 1000 })
  const certificates = [keys.provider.certificate]
  for (const product of products) {
    const verdict = await judges[product](samlResponse, expected, certificates)
    if ('refused' in verdict) continue
    counts[product].accepted += 1
    if (differenceFrom(verdict, identity)) counts[product].readOtherwise += 1
  }
  t.mock.timers.reset()
}

for (const [family, defects] of Object.entries(families)) {
  test(`${family}: verifyResponse refuses every defect, whatever others accept`, async (t) => {
    // xmldom and samlify tell the console about hostile documents.
    for (const method of ['log', 'warn', 'error'] as const) t.mock.method(console, method, () => {})
    let compared = 0
    const none = { accepted: 0, readOtherwise: 0 }
    const counts = { samlify: { ...none }, 'node-saml': { ...none } }
    for (const defect of defects) {
      const [signed = 'both'] = defect.signed ?? [signings[0]]
      const samlResponse = defectiveResponse(defect, signed)
      const expected = { ...expectations, ...defect.expected }
      assert.equal(judgeResponse(samlResponse, expected).ok, false, defect.altered)
      if (samlResponse.length > COMPARED_LENGTH) continue
      compared += 1
      await judgeDefect(t, samlResponse, expected, counts)
    }
    t.diagnostic(`accepted of ${compared} defects: ${JSON.stringify(counts)}`)
  })
}

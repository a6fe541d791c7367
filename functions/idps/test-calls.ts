import type { AdminCall } from '#shared/http/admin-endpoint.ts'
import { problem } from '#shared/http/problem.ts'
import { providerProblem } from '#shared/http/provider-problem.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import { isOutOfReach } from '#shared/idps/change-provider.ts'
import type { ProviderStore } from '#shared/idps/ports.ts'
import type { ProviderKind } from '#shared/idps/types.ts'
import { isIdpId, isTestId, newTestId } from '#shared/ids.ts'
import type { SignInTest, TestStore } from '#shared/sign-in/test-ports.ts'
import { isoTime } from '#shared/time.ts'
import { unknown } from './provider-calls.ts'

export type TestPorts = { store: ProviderStore; tests: TestStore; publicUrl: string }

const OUT_OF_REACH = { cause: 'provider_active' } as const

/** How long a test can be started and its result be read. */
const LIFETIME_SECONDS = 3600

/** Makes the address of a test sign-in: whoever opens it signs in at the provider, and nowhere else. */
export async function createTest(
  { store, tests, publicUrl }: TestPorts,
  { request, orgId, key, now }: AdminCall,
): Promise<HttpResponse> {
  const idpId = request.pathParameter('idp') ?? ''
  const record = isIdpId(idpId) ? await store.find(orgId, idpId) : undefined
  if (!record) return unknown
  // Who signs in at an active one may be anybody of the organization, and the result tells of them.
  if (key.role === 'setup' && isOutOfReach(record)) return providerProblem(OUT_OF_REACH)
  const test = { id: newTestId(), orgId, idpId: record.idp.id, validUntil: now + LIFETIME_SECONDS }
  await tests.create(test)
  const url = `${publicUrl}/saml/idps/${test.idpId}/login?test=${test.id}`
  return json(201, { id: test.id, url, expiresAt: isoTime(test.validUntil) })
}

/** What came of a test sign-in. */
export async function showTest(
  { store, tests }: TestPorts,
  { request, orgId, now }: AdminCall,
): Promise<HttpResponse> {
  const idpId = request.pathParameter('idp') ?? ''
  const id = request.pathParameter('test') ?? ''
  const test = isTestId(id) ? await tests.find(id) : undefined
  if (!test || test.orgId !== orgId || test.idpId !== idpId || test.validUntil <= now) return noTest
  const record = await store.find(orgId, test.idpId)
  return record ? json(200, await output(test, record.idp.kind)) : unknown
}

async function output({ id, validUntil, at, result }: SignInTest, kind?: ProviderKind) {
  const { hintFor } = await import('#shared/trace/hints.ts') // much text that few calls need
  return {
    id,
    state: result?.outcome ?? 'waiting',
    expiresAt: isoTime(validUntil),
    ...(at !== undefined && { at: isoTime(at) }),
    ...(result && { result }),
    ...(result?.cause && { hint: hintFor(result.cause, kind) }),
  }
}

const noTest = problem({ status: 404, cause: 'test_unknown', title: 'There is no such test' })

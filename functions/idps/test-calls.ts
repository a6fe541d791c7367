import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import { isOutOfReach } from '#shared/idps/change-provider.ts'
import type { ProviderStore } from '#shared/idps/ports.ts'
import type { ProviderKind } from '#shared/idps/types.ts'
import { newTestId } from '#shared/ids.ts'
import type { SignInTest, TestStore } from '#shared/sign-in/test-ports.ts'
import { isoTime } from '#shared/time.ts'
import type { CallTo } from './provider-calls.ts'

type TestPorts = { store: ProviderStore; tests: TestStore; publicUrl: string }

/** How long a test can be started and its result be read. */
const LIFETIME_SECONDS = 3600

/** Makes the address of a test sign-in: whoever opens it signs in at the provider, and nowhere else. */
export async function createTest(
  { store, tests, publicUrl }: TestPorts,
  { ids, orgId, role, now }: CallTo<'POST /orgs/{organization}/idps/{idp}/tests'>,
): Promise<HttpResponse> {
  const record = await store.find(orgId, ids.idp)
  if (!record) return refuse('provider_unknown')
  // Who signs in at an active one may be anybody of the organization, and the result tells of them.
  if (role === 'setup' && isOutOfReach(record)) return refuse('provider_active')
  const test = { id: newTestId(), orgId, idpId: record.idp.id, validUntil: now + LIFETIME_SECONDS }
  await tests.create(test)
  const url = `${publicUrl}/saml/idps/${test.idpId}/login?test=${test.id}`
  return json(201, { id: test.id, url, expiresAt: isoTime(test.validUntil) })
}

/** What came of a test sign-in. */
export async function showTest(
  { store, tests }: TestPorts,
  { ids, orgId, now }: CallTo<'GET /orgs/{organization}/idps/{idp}/tests/{test}'>,
): Promise<HttpResponse> {
  const test = await tests.find(ids.test)
  const isTheirs = test?.orgId === orgId && test.idpId === ids.idp
  if (!test || !isTheirs || test.validUntil <= now) return refuse('test_unknown')
  const record = await store.find(orgId, test.idpId)
  return record ? json(200, await output(test, record.idp.kind)) : refuse('provider_unknown')
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

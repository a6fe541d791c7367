import { randomUUID } from 'node:crypto'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { newIdpId, newMessageId, newOrgId, newTraceId } from '#shared/ids.ts'
import { newSecret, sha256 } from '#shared/secrets.ts'
import { assertionHandle, requestHandle } from '#shared/sign-in/login-handle.ts'
import type { SignIn, SignInRequest } from '#shared/sign-in/ports.ts'
import { subjectKey } from '#shared/sign-in/subject-key.ts'
import { provider } from '#test/shared/sign-in/example.ts'

/** When all sign-ins here happen. Far ahead, as DynamoDB removes what its TTL says is over. */
export const nowMs = 4_102_444_800_500
export const now = 4_102_444_800

/** A provider and an organization that no other test has. */
export function newProvider(changes: Partial<IdentityProvider> = {}): IdentityProvider {
  const entityId = `https://${randomUUID()}.example/metadata`
  return { ...provider, id: newIdpId(), orgId: newOrgId(), entityId, ...changes }
}

type Given = Partial<SignIn> & { nameId?: string }

/** The unsolicited sign-in of a person, new unless two are given the same provider and NameID. */
export function newSignIn({ nameId = randomUUID(), ...given }: Given = {}): SignIn {
  const idp = given.idp ?? newProvider()
  return {
    handle: assertionHandle(idp.id, newMessageId()),
    isSolicited: false,
    idp,
    subject: nameId,
    subjectKey: subjectKey(idp.id, nameId),
    profile: { email: 'ada@example.com', givenName: 'Ada' },
    authentication: {
      nameId: { value: nameId },
      sessionIndex: '_s1',
      issueInstant: now - 2,
      sessionNotOnOrAfter: undefined,
      authnInstant: now - 10,
      authnContext: undefined,
    },
    landing: { product: 'meetings' },
    secretHash: sha256(newSecret()),
    redeemableUntilMs: nowMs + 20_000,
    replayableUntil: now + 420,
    trace: {
      id: newTraceId(nowMs),
      at: now,
      orgId: idp.orgId,
      idpId: idp.id,
      outcome: 'succeeded',
    },
    ...given,
  }
}

/** The next sign-in of the same person. */
export const nextSignIn = (before: SignIn, changes: Given = {}): SignIn =>
  newSignIn({
    idp: before.idp,
    profile: before.profile,
    nameId: before.authentication.nameId.value,
    ...changes,
  })

/** A request for a provider, and what a sign-in that answers it has for its own. */
export function newRequest(idp: IdentityProvider, changes: Partial<SignInRequest> = {}) {
  const request: SignInRequest = {
    requestId: newMessageId(),
    idpId: idp.id,
    issuedAt: now,
    validUntil: now + 600,
    isUsed: false,
    ...changes,
  }
  return { request, answer: { handle: requestHandle(request.requestId), isSolicited: true } }
}

import type { IdentityProvider, LogoutEndpoint } from '../idps/types.ts'
import type { TraceId } from '../ids.ts'
import { isAllowedTarget } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { logoutRequest } from '../saml/logout-request.ts'
import { type Departure, sendMessage } from '../saml/send-message.ts'
import type { Sign } from '../saml/sign-message.ts'
import { isSameHash } from '../secrets.ts'
import { serviceProviderKnownTo } from '../sign-in/service-provider.ts'
import { toSeconds } from '../time.ts'
import type { LoginToken } from '../tokens/login-token.ts'
import { afterLogout } from './after-logout.ts'
import type { Next, RefusedLogout } from './arrival.ts'
import type { LogoutNote } from './errors.ts'
import { logoutHandle } from './logout-handle.ts'
import { logoutTrace } from './logout-trace.ts'
import type { KnownSubject, Outstanding, Session, SignOutStore } from './ports.ts'
import { isSignedOut } from './signed-out.ts'

/** A browser that a product sends to be signed out. */
export type StartLogout = {
  /** What the product's logout address names: a session, and the secret that proves it. */
  session: LoginToken
  /** A path of the product to come back to. */
  target: string | undefined
  publicUrl: string
  /** A fresh SAML message ID. */
  requestId: string
  traceId: TraceId
  nowMs: number
}

/** For how long the provider may take, with all the other services that it may have to ask. */
const REQUEST_LIFETIME_SECONDS = 600

/** A provider that can be told, and whether the session has ended before. */
type Situation = {
  session: Session
  idp: IdentityProvider | undefined
  singleLogout: LogoutEndpoint | undefined
  catalogue: Catalogue
  /** Undefined: there is nothing to end. */
  subject: KnownSubject | undefined
}

/**
 * Ends the session that a product names, and tells its provider: a signed LogoutRequest with the
 * NameID exactly as received. Done again, it tells the provider again and changes nothing else.
 *
 * Source: SAML Profiles 2.0 §4.4.3.1–4.4.3.2; SAML Core 2.0 §3.7.3.1; R19.
 */
export async function startLogout(
  { signOuts, sign }: { signOuts: SignOutStore; sign: Sign },
  start: StartLogout,
): Promise<Result<Next, RefusedLogout>> {
  const session = await signOuts.findSession(start.session.handle)
  if (!session || !isSameHash(session.logoutSecretHash, start.session.secretHash)) {
    return fail({ refusal: refusal('session_unknown') })
  }
  const situation = situationOf(session, await signOuts.findParties(session))
  const outstanding = outstandingOf(situation, start)
  const [departure] = await Promise.all([
    tellProvider(situation, start, sign),
    signOuts.end({
      idpId: session.idpId,
      subject: situation.subject,
      sids: [session.sid],
      ended: { atMs: start.nowMs },
      endedBy: 'product',
      actor: `product:${session.product}`,
      ...(situation.singleLogout && { outstanding }),
      trace: logoutTrace(
        { idp: { id: session.idpId, orgId: session.orgId }, notes: notesOf(situation, start) },
        start,
      ),
    }),
  ])
  return ok(
    departure ? { kind: 'departs', departure } : afterLogout(situation.catalogue, outstanding),
  )
}

function situationOf(
  session: Session,
  { idp, subject, catalogue }: Awaited<ReturnType<SignOutStore['findParties']>>,
): Situation {
  const isTold = idp?.state === 'active' && idp.orgId === session.orgId
  const isOver = subject?.userId !== session.userId || isSignedOut(session, subject.signedOut)
  return {
    session,
    idp,
    singleLogout: isTold ? idp.singleLogout : undefined,
    catalogue,
    subject: isOver ? undefined : subject,
  }
}

const isTargetAllowed = ({ catalogue, session }: Situation, target: string | undefined) => {
  const product = catalogue.get(session.product)
  return target === undefined || (product !== undefined && isAllowedTarget(product, target))
}

function outstandingOf(
  situation: Situation,
  { requestId, target, nowMs }: StartLogout,
): Outstanding {
  const { session } = situation
  const isAllowed = isTargetAllowed(situation, target)
  return {
    requestId,
    idpId: session.idpId,
    product: session.product,
    ...(target !== undefined && isAllowed && { target }),
    validUntil: toSeconds(nowMs) + REQUEST_LIFETIME_SECONDS,
    isAnswered: false,
  }
}

async function tellProvider(
  { idp, singleLogout, session }: Situation,
  { requestId, publicUrl, nowMs }: StartLogout,
  sign: Sign,
): Promise<Departure | undefined> {
  if (!idp || !singleLogout) return undefined
  const { binding, url } = singleLogout
  const now = toSeconds(nowMs)
  const message = logoutRequest({
    id: requestId,
    issueInstant: now,
    notOnOrAfter: now + REQUEST_LIFETIME_SECONDS,
    destination: url,
    issuer: serviceProviderKnownTo(idp, publicUrl).entityId,
    nameId: session.nameId,
    sessionIndex: session.sessionIndex,
  })
  const relayState = logoutHandle(requestId)
  return sendMessage(
    binding,
    { location: url, parameter: 'SAMLRequest', message, relayState },
    sign,
  )
}

function notesOf(situation: Situation, { target }: StartLogout): LogoutNote[] {
  const notes: LogoutNote[] = []
  if (!situation.singleLogout) notes.push('provider_not_told')
  if (!situation.subject) notes.push('session_ended_before')
  if (!isTargetAllowed(situation, target)) notes.push('landing_not_allowed')
  return notes
}

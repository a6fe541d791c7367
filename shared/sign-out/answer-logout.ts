import type { IdentityProvider } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { MESSAGE_LIFETIME_SECONDS } from '../saml/logout-message.ts'
import { type AskedLogout, readLogoutRequest } from '../saml/logout-request.ts'
import { type LogoutStatus, logoutResponse } from '../saml/logout-response.ts'
import { sendMessage } from '../saml/send-message.ts'
import type { Sign } from '../saml/sign-message.ts'
import { toSeconds } from '../time.ts'
import type { AdmittedMessage } from './admit-message.ts'
import type { Arrival, Next, RefusedLogout } from './arrival.ts'
import type { JudgedMessage } from './judge-message.ts'
import { seenHandle } from './logout-handle.ts'
import { logoutTrace } from './logout-trace.ts'
import type { Ending, KnownSubject, SignOutStore } from './ports.ts'
import { sessionId } from './session-id.ts'

type Ports = { signOuts: SignOutStore; sign: Sign }

/**
 * Does what a verified LogoutRequest asks for: the sessions end with their event, and the provider
 * gets a signed answer. The answer is signed first: if that fails nothing has happened, and the
 * browser may bring the same request again.
 *
 * Source: SAML Profiles 2.0 §4.4.3.3–4.4.3.5; SAML Core 2.0 §3.7.3.2; R19.
 */
export async function answerLogout(
  { signOuts, sign }: Ports,
  admitted: AdmittedMessage,
  judged: JudgedMessage,
  arrival: Arrival,
): Promise<Result<Next, RefusedLogout>> {
  const { idp } = admitted
  const known = {
    idp,
    ...(judged.keyFingerprint !== undefined && { keyFingerprint: judged.keyFingerprint }),
  }
  const asked = readLogoutRequest(judged.verified, judged.expected)
  if (!asked.ok) return fail({ ...known, refusal: asked.error })
  const subject = await findSubject(signOuts, admitted, asked.value)
  const status = subject ? 'success' : 'unknown-principal'
  const next = await answer(idp, judged, { status, sign, arrival })
  const error = await signOuts.end(endingOf(asked.value, subject, { judged, idp, arrival }))
  return error ? fail({ ...known, refusal: refusal('logout_replayed') }) : ok(next)
}

/**
 * The person was looked up by what the unverified text said: where the message says another, once
 * more.
 */
const findSubject = (
  store: SignOutStore,
  { idp, found, lookup }: AdmittedMessage,
  { nameId }: AskedLogout,
): Promise<KnownSubject | undefined> =>
  nameId === lookup.nameId ? Promise.resolve(found.subject) : store.findSubject(idp.id, nameId)

type Answer = { status: LogoutStatus; sign: Sign; arrival: Arrival }

/** A provider without single logout service cannot be answered. */
async function answer(
  { singleLogout }: IdentityProvider,
  { verified }: JudgedMessage,
  { status, sign, arrival }: Answer,
): Promise<Next> {
  if (!singleLogout) return { kind: 'stays' }
  const location = singleLogout.responseUrl ?? singleLogout.url
  const message = logoutResponse({
    id: arrival.responseId,
    issueInstant: toSeconds(arrival.nowMs),
    destination: location,
    issuer: verified.serviceProvider.entityId,
    inResponseTo: verified.id,
    status,
  })
  const { relayState } = arrival
  const outgoing = { location, parameter: 'SAMLResponse', message, relayState } as const
  return { kind: 'departs', departure: await sendMessage(singleLogout.binding, outgoing, sign) }
}

type Context = { judged: JudgedMessage; idp: IdentityProvider; arrival: Arrival }

function endingOf(
  { sessionIndexes }: AskedLogout,
  subject: KnownSubject | undefined,
  { judged, idp, arrival }: Context,
): Ending {
  const { verified, keyFingerprint } = judged
  const lifetime = MESSAGE_LIFETIME_SECONDS + idp.clockSkewSeconds
  const notes = subject ? judged.notes : [...judged.notes, 'principal_unknown' as const]
  return {
    idpId: idp.id,
    subject,
    sids: subject && sessionIndexes?.map((index) => sessionId(subject.key, index)),
    ended: { atMs: arrival.nowMs, issuedBefore: verified.issueInstant },
    endedBy: 'identity-provider',
    actor: `idp:${idp.id}`,
    seen: {
      handle: seenHandle(idp.id, verified.id),
      until: verified.issueInstant + lifetime,
    },
    trace: logoutTrace({ idp, keyFingerprint, notes }, arrival),
  }
}

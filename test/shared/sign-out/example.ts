import assert from 'node:assert/strict'
import type { IdentityProvider } from '#shared/idps/types.ts'
import type { Sign } from '#shared/saml/sign-message.ts'
import { sha256 } from '#shared/secrets.ts'
import { identitiesOf } from '#shared/sign-in/identities.ts'
import { issuerKey, subjectKey } from '#shared/sign-in/subject-key.ts'
import type { AdmittedMessage } from '#shared/sign-out/admit-message.ts'
import type { Arrival } from '#shared/sign-out/arrival.ts'
import { type JudgedMessage, judgeMessage } from '#shared/sign-out/judge-message.ts'
import type {
  Ending,
  FoundForLogout,
  KnownSubject,
  LogoutLookup,
  Outstanding,
  Session,
  SignOutStore,
} from '#shared/sign-out/ports.ts'
import { sessionId } from '#shared/sign-out/session-id.ts'
import type { Edit } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  answeredId,
  logoutExpectations,
  postedLogout,
  signedLogout,
} from '#test/fixtures/saml/logout-messages.ts'
import { signer } from '#test/shared/saml/signer.ts'
import { catalogue, provider as signInProvider } from '#test/shared/sign-in/example.ts'

export const now = logoutExpectations.now
export const nowMs = now * 1000 + 250

export const provider: IdentityProvider = {
  ...signInProvider,
  singleLogout: { binding: 'redirect', url: 'https://idp.example.com/slo' },
}

const key = subjectKey(provider.id, 'G-0042')

export const subject: KnownSubject = {
  key,
  userId: `usr_${'1'.repeat(32)}`,
  orgId: provider.orgId,
}

export const session: Session = {
  sid: sessionId(key, '_s5c2'),
  logoutSecretHash: sha256('a secret'),
  subjectKey: key,
  nameId: { value: 'G-0042' },
  sessionIndex: '_s5c2',
  signedInAtMs: nowMs - 60_000,
  assertedAt: now - 62,
  idpId: provider.id,
  orgId: provider.orgId,
  userId: subject.userId,
  product: 'meetings',
}

export const outstanding: Outstanding = {
  requestId: answeredId,
  idpId: provider.id,
  product: 'meetings',
  validUntil: now + 1,
  isAnswered: false,
}

export const products = new Map(catalogue).set('meetings', {
  key: 'meetings',
  name: 'Meetings',
  landingUrl: 'https://meetings.example/landing',
  allowedPaths: ['/rooms'],
  logoutUrl: 'https://meetings.example/bye',
})

/** A message as it arrived at our shared single logout service. */
export const arrival: Omit<Arrival, 'message' | 'parameter'> = {
  relayState: undefined,
  scope: 'shared',
  publicUrl: 'https://sp.example.net',
  responseId: '_answer',
  traceId: `trc_${'2'.repeat(32)}`,
  nowMs,
}

/** A message as its provider posts it: edited, and signed then. */
export const posted = (parameter: Arrival['parameter'], edit?: Edit): Arrival => ({
  ...arrival,
  parameter,
  message: postedLogout(signedLogout(parameter, edit ? { edit } : {})),
})

/** A message whose sender was let in. */
export function admitted(found: Partial<FoundForLogout> = {}): AdmittedMessage {
  const idp = found.idp ?? provider
  return {
    idp,
    identities: identitiesOf(idp, arrival.scope, arrival.publicUrl),
    found: { subject, outstanding, catalogue: products, ...found, idp },
    lookup: { issuerKey: issuerKey(arrival.scope, idp.entityId), nameId: 'G-0042' },
  }
}

/** A message that was verified. */
export function judged(arrived: Arrival, idp = provider): JudgedMessage {
  const message = judgeMessage(admitted({ idp }), arrived)
  assert.ok(message.ok)
  return message.value
}

type Stored = Partial<FoundForLogout> & {
  session?: Session | undefined
  error?: 'replayed'
  isTaken?: boolean
}

/** Ports that answer what the test says, and remember what was asked of them, in order. */
export function ports(stored: Stored = {}) {
  const calls: string[] = []
  const lookups: LogoutLookup[] = []
  const endings: Ending[] = []
  const found = { idp: provider, subject, outstanding, catalogue: products, ...stored }
  const signOuts: SignOutStore = {
    find(lookup) {
      calls.push('find')
      lookups.push(lookup)
      return Promise.resolve(found)
    },
    findSubject(idpId, nameId) {
      calls.push('findSubject')
      return Promise.resolve(subjectKey(idpId, nameId) === key ? found.subject : undefined)
    },
    findSession() {
      calls.push('findSession')
      return Promise.resolve('session' in stored ? stored.session : session)
    },
    findParties() {
      calls.push('findParties')
      return Promise.resolve(found)
    },
    end(ending) {
      calls.push('end')
      endings.push(ending)
      return Promise.resolve(stored.error)
    },
    takeAnswer(_, trace) {
      calls.push(`takeAnswer ${trace.notes?.join(' ') ?? ''}`.trim())
      return Promise.resolve(stored.isTaken ?? true)
    },
  }
  const sign: Sign = (bytes) => {
    calls.push('sign')
    return signer(keys.provider)(bytes)
  }
  return { signOuts, sign, calls, lookups, endings }
}

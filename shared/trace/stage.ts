/** What a message has to pass, in this order (docs/saml.md). */
export const stages = {
  'sign-in': [
    'message',
    'provider',
    'document',
    'request',
    /** Signatures, and decryption between them. */
    'verification',
    'envelope',
    'assertion',
    'policy',
    'person',
    'landing',
    'account',
  ],
  /** Of a link that begins a sign-in. */
  start: ['message', 'provider', 'landing'],
  /** Of a portal that asks for a login token, its browser that comes with it, and the redeem. */
  'portal-issue': ['message', 'portal', 'landing', 'person'],
  'portal-arrival': ['message', 'token', 'portal', 'person', 'landing'],
  'portal-redeem': ['message', 'token', 'landing', 'portal', 'person'],
  logout: ['message', 'provider', 'document', 'verification', 'envelope', 'session'],
} as const

type TraceKind = keyof typeof stages
export type PortalTraceKind = Extract<TraceKind, `portal-${string}`>
export type Stage = (typeof stages)[TraceKind][number]

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
  logout: ['message', 'provider', 'document', 'verification', 'envelope', 'session'],
} as const

type TraceKind = keyof typeof stages
export type Stage = (typeof stages)[TraceKind][number]

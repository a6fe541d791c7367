import * as v from 'valibot'
import { id, time } from './wire.ts'

const text = v.exactOptional(v.string())

/** A trace as a line of a list: what summarize() makes of it. */
export const Summary = v.strictObject({
  id: id('trc'),
  kind: v.picklist([
    'sign-in',
    'start',
    'logout',
    'portal-issue',
    'portal-arrival',
    'portal-redeem',
  ]),
  at: time,
  organization: v.exactOptional(id('org')),
  provider: v.exactOptional(id('idp')),
  ssoToken: v.exactOptional(v.string()),
  outcome: v.picklist(['succeeded', 'refused', 'restarted']),
  cause: text,
  got: text,
  want: text,
  keyFingerprint: text,
  notes: v.exactOptional(v.array(v.string())),
  // Of a success, and of a logout that ended sessions.
  userId: v.exactOptional(id('usr')),
  product: text,
  sids: v.exactOptional(v.array(v.string())),
  endedBy: text,
})

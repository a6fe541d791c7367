import * as v from 'valibot'
import { next, time } from '#shared/http/wire.ts'

const got = v.array(v.string())
const outcome = <const Name extends string>(name: Name) => ({ outcome: v.literal(name) })
const found = v.strictObject(outcome('found'))
const otherValue = v.strictObject({ ...outcome('other_value'), got })

const DnsFinding = v.variant('outcome', [
  found,
  otherValue,
  v.strictObject(outcome('nothing_there')),
  v.strictObject({ ...outcome('doubled_suffix'), where: v.string() }),
  v.strictObject({
    ...outcome('could_not_ask'),
    cause: v.picklist(['timeout', 'server_failure', 'refused', 'unreachable']),
  }),
])

const FileFinding = v.variant('outcome', [
  found,
  otherValue,
  v.strictObject({ ...outcome('nothing_there'), status: v.exactOptional(v.number()) }),
  v.strictObject({ ...outcome('redirected'), where: v.exactOptional(v.string()) }),
  v.strictObject(outcome('address_forbidden')),
  v.strictObject(outcome('too_large')),
  v.strictObject({
    ...outcome('could_not_ask'),
    cause: v.picklist(['timeout', 'tls_failed', 'unreachable', 'server_error']),
    got: v.exactOptional(v.string()),
  }),
])

export const Domain = v.strictObject({
  domain: v.string(),
  state: v.picklist(['pending', 'expired', 'verified', 'lapsed']),
  createdAt: time,
  /** The end of its window, until it is verified. */
  endsAt: v.exactOptional(time),
  secondsLeft: v.exactOptional(v.number()),
  /** What proves it: while it is pending, and as long as it is verified. */
  record: v.exactOptional(
    v.strictObject({ type: v.literal('TXT'), name: v.string(), value: v.string() }),
  ),
  file: v.exactOptional(v.strictObject({ url: v.string(), content: v.string() })),
  verifiedAt: v.exactOptional(time),
  method: v.exactOptional(v.picklist(['dns', 'file', 'operator'])),
  /** Since when its proof has been missing, and when it lapses for that. */
  missingSince: v.exactOptional(time),
  graceEndsAt: v.exactOptional(time),
  lapsedAt: v.exactOptional(time),
  lastCheck: v.exactOptional(
    v.strictObject({
      at: time,
      dns: v.exactOptional(DnsFinding),
      file: v.exactOptional(FileFinding),
    }),
  ),
})

export const DomainList = v.strictObject({ domains: v.array(Domain), next })

import { cursorOf } from '#shared/http/paging.ts'
import { entityTag } from '#shared/http/preconditions.ts'
import { json } from '#shared/http/respond.ts'
import type { UserId } from '#shared/ids.ts'
import type { Access } from '#shared/products/access.ts'
import type { Applied } from '#shared/products/apply-rules.ts'
import type { Judgement } from '#shared/products/judge-rules.ts'
import type { RuleSet } from '#shared/products/rules.ts'
import type { Walked } from '#shared/products/walk-people.ts'
import { isoTime } from '#shared/time.ts'

export const shownRules = ({ rules, rev }: RuleSet) =>
  json(200, { rules }, { etag: entityTag(String(rev)) })

export const judgementOutput = ({ seats, attributes }: Judgement) => ({
  seats: seats.map(({ held, ...rest }) => ({ ...rest, held: held && heldOutput(held) })),
  attributes,
})

const heldOutput = ({ state, grantedBy, at }: Access) => ({ state, grantedBy, since: isoTime(at) })

const seatOutput = ({ account, product }: Access) => ({ account, product })

export const appliedOutput = ({ given, taken, missed }: Applied) => ({
  given: given.map((access) => ({ ...seatOutput(access), state: access.state })),
  taken: taken.map(seatOutput),
  missed,
})

/** Some people of many. */
export const walkedOutput = <Outcome>(
  { people, next }: Walked<Outcome>,
  output: (outcome: Outcome) => object,
) =>
  json(200, {
    users: people.map((one: Outcome & { userId: UserId }) => ({ id: one.userId, ...output(one) })),
    ...(next !== undefined && { next: cursorOf(next) }),
  })

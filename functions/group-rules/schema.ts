import * as v from 'valibot'
import { paging } from '#shared/http/paging.ts'
import { id } from '#shared/http/wire.ts'
import { type AccountId, newRuleId, type RuleId, type UserId } from '#shared/ids.ts'
import { type Rule, ruleLimits } from '#shared/products/rules.ts'

const productKey = v.pipe(v.string(), v.regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/))
const group = v.pipe(v.string(), v.minLength(1), v.maxLength(ruleLimits.groupLength))

const rule = {
  order: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(ruleLimits.order)),
  group,
  grants: v.pipe(
    v.array(v.strictObject({ account: id('acc'), product: productKey })),
    v.maxLength(ruleLimits.grants),
  ),
  attributes: v.record(
    productKey,
    v.record(
      v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/)),
      v.pipe(v.string(), v.maxLength(256)),
    ),
  ),
}

/** A rule as it is shown. */
export const RuleOutput = v.strictObject({ id: id('rul'), ...rule })

/** A rule as it is asked for: a new one has no id yet. */
const RuleInput = v.strictObject({
  id: v.exactOptional(id('rul')),
  order: rule.order,
  group,
  grants: v.exactOptional(rule.grants),
  attributes: v.exactOptional(rule.attributes),
})
const rules = v.pipe(v.array(RuleInput), v.maxLength(ruleLimits.rules))

export const RulesInput = v.strictObject({ rules })

/** For somebody who is here, or somebody in these groups who has nothing yet. */
export const DryRun = v.union([
  v.strictObject({ user: id('usr'), rules: v.exactOptional(rules) }),
  v.strictObject({
    groups: v.pipe(v.array(group), v.maxLength(1000)),
    rules: v.exactOptional(rules),
  }),
])

export const PeopleDryRun = v.strictObject({ rules: v.exactOptional(rules) })

/** People are walked in the order of their addresses. */
export const PeopleQuery = v.strictObject({
  cursor: paging((place) => /^[\x21-\x7e]{1,320}$/.test(place)).cursor,
})

type Input = v.InferOutput<typeof RuleInput>

/** Ids have the form that the schema has checked. */
export const rulesOf = (inputs: readonly Input[]): Rule[] =>
  inputs.map(({ id: ruleId, order, group: name, grants = [], attributes = {} }) => ({
    id: (ruleId as RuleId | undefined) ?? newRuleId(),
    order,
    group: name,
    grants: grants.map(({ account, product }) => ({ account: account as AccountId, product })),
    attributes,
  }))

/** @param text of that form, as the schema has checked */
export const userIdOf = (text: string) => text as UserId

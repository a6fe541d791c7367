import type { AccountId } from '../ids.ts'
import type { Account } from './account.ts'
import type { FieldProblem } from './field-problem.ts'
import { type Rule, ruleLimits } from './rules.ts'
import type { Catalogue } from './types.ts'

type Known = { accounts: ReadonlyMap<AccountId, Account>; catalogue: Catalogue }

/**
 * What is wrong with a list of rules, beside the form of each: numbers and ids that are there twice,
 * accounts and products that are not there, and too much of it all. Empty: nothing.
 */
export function checkRules(rules: readonly Rule[], known: Known): FieldProblem[] {
  if (rules.length > ruleLimits.rules) {
    return [{ field: 'rules', cause: 'too_many', want: `<=${ruleLimits.rules}` }]
  }
  const bytes = Buffer.byteLength(JSON.stringify(rules))
  if (bytes > ruleLimits.bytes) {
    return [{ field: 'rules', cause: 'too_large', got: `${bytes}`, want: `<=${ruleLimits.bytes}` }]
  }
  return [
    ...repeated(rules.map(({ id }) => id)).map((index) => taken(`rules[${index}].id`)),
    ...repeated(rules.map(({ order }) => order)).map((index) => taken(`rules[${index}].order`)),
    ...rules.flatMap((rule, index) => ruleProblems(rule, `rules[${index}]`, known)),
  ]
}

const taken = (field: string): FieldProblem => ({ field, cause: 'taken' })

/** Places of what has come before. */
const repeated = (all: readonly unknown[]) =>
  all.flatMap((one, index) => (all.indexOf(one) < index ? [index] : []))

function ruleProblems({ grants, attributes }: Rule, field: string, known: Known): FieldProblem[] {
  const names = Object.values(attributes).flatMap((values) => Object.keys(values))
  const isTooMuch = names.length > ruleLimits.attributes
  const want = `<=${ruleLimits.attributes}`
  return [
    ...grants.flatMap((seat, index) => grantProblems(seat, `${field}.grants[${index}]`, known)),
    ...Object.keys(attributes).flatMap((product) =>
      known.catalogue.has(product)
        ? []
        : [{ field: `${field}.attributes.${product}`, cause: 'product_unknown' }],
    ),
    ...(isTooMuch ? [{ field: `${field}.attributes`, cause: 'too_many', want }] : []),
  ]
}

function grantProblems(
  { account: id, product }: Rule['grants'][number],
  field: string,
  { accounts }: Known,
): FieldProblem[] {
  const account = accounts.get(id)
  if (!account) return [{ field: `${field}.account`, cause: 'account_unknown' }]
  if (account.seats[product] !== undefined) return []
  return [{ field: `${field}.product`, cause: 'account_without_product' }]
}

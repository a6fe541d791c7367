/** A statement of an identity-based IAM policy. */
export type Statement = {
  effect: 'Allow' | 'Deny'
  actions: readonly string[]
  resources: readonly string[]
  /** All of them must hold. */
  conditions: readonly Condition[]
}

/** For example ForAllValues:StringLike on dynamodb:LeadingKeys. */
export type Condition = { operator: string; key: string; values: readonly string[] }

/** One thing that a call asks for; a transaction asks for one a member. */
export type AccessRequest = {
  /** `service:Operation` */
  action: string
  /** ARN */
  resource: string
  /** The partition keys the call touches; undefined when they cannot be told. */
  leadingKeys: readonly string[] | undefined
}

export type Decision = { allowed: true; statement: Statement } | { allowed: false; reason: string }

/**
 * Decides as IAM does: an explicit deny wins, else one statement that allows is enough, else the
 * answer is no. A condition that is not known here always denies and never allows.
 *
 * Source: AWS IAM User Guide, "Policy evaluation logic".
 */
export function decide(statements: readonly Statement[], request: AccessRequest): Decision {
  const covering = statements
    .filter((statement) => covers(statement, request))
    .map((statement) => ({ statement, ...evaluateConditions(statement, request) }))
  const note = covering.flatMap(({ unknown }) => unknown ?? []).join(' and ')
  const unless = note && `; local/iam.ts cannot evaluate ${note}`
  if (covering.some(({ statement, holds }) => statement.effect === 'Deny' && holds !== false)) {
    return { allowed: false, reason: `with an explicit deny${unless}` }
  }
  const allowing = covering.find(
    ({ statement, holds }) => statement.effect === 'Allow' && holds === true,
  )
  if (allowing) return { allowed: true, statement: allowing.statement }
  const reason = `because no identity-based policy allows the ${request.action} action`
  return { allowed: false, reason: `${reason}${unless}` }
}

/** Whether a statement is about this action and resource, whatever its conditions say. */
const covers = ({ actions, resources }: Statement, { action, resource }: AccessRequest) =>
  actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  resources.some((pattern) => matches(pattern, resource))

/** The partition key patterns that a statement is limited to, if it is. */
export const leadingKeyPatterns = ({ conditions }: Statement) =>
  conditions.find(isOnLeadingKeys)?.values

/** IAM's wild cards: `*` for any characters, `?` for one. */
export function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 's').test(text)
}

const isOnLeadingKeys = ({ operator, key }: Condition) =>
  operator === 'ForAllValues:StringLike' && key === 'dynamodb:LeadingKeys'

type Evaluation = { holds: boolean; unknown?: undefined } | { holds: undefined; unknown: string }

/**
 * `ForAllValues` also holds for a request that lacks the key (a Scan), as in AWS.
 *
 * Source: AWS IAM User Guide, "Set operators for multi-valued context keys".
 */
function evaluateConditions(
  { conditions }: Statement,
  { action, leadingKeys }: AccessRequest,
): Evaluation {
  for (const condition of conditions) {
    if (!isOnLeadingKeys(condition)) {
      const { operator, key } = condition
      return { holds: undefined, unknown: `the condition ${operator} on ${key}` }
    }
    if (!leadingKeys) {
      return { holds: undefined, unknown: `which partition keys ${action} touches` }
    }
    const isLike = (key: string) => condition.values.some((pattern) => matches(pattern, key))
    if (!leadingKeys.every(isLike)) return { holds: false }
  }
  return { holds: true }
}

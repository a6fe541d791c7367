import type { Template } from '#local/template/template.ts'
import { accessRequests } from './access-requests.ts'
import type { Call } from './aws-call.ts'
import { type AccessRequest, decide, leadingKeyPatterns, matches, type Statement } from './iam.ts'

/** A call that a function's role does not allow. */
export type Denial = AccessRequest & { functionName: string; reason: string }

/** A permission that no call has needed so far; with the partition key pattern it is limited to. */
export type UnusedGrant = {
  functionName: string
  action: string
  resource: string
  leadingKey?: string
}

export type AccessControl = {
  /** Why a call is refused. Undefined when it is allowed, or when its caller is no function. */
  refusal: (call: Call) => string | undefined
  /** Each distinct denial once. */
  denials: readonly Denial[]
  unusedGrants: () => UnusedGrant[]
}

/**
 * Checks calls against the role of the function that makes them, as the template has it: a missing
 * grant fails here and not first in AWS. Reports each distinct denial once.
 */
export function accessControl(
  template: Template,
  report: (text: string) => void = console.error,
): AccessControl {
  const denials: Denial[] = []
  const used = new Set<string>()
  const deny = (denial: Denial) => {
    const name = distinctName(denial)
    if (denials.some((known) => distinctName(known) === name)) return
    denials.push(denial)
    report(`AccessDenied: ${name} ${denial.reason}`)
  }
  return {
    denials,
    refusal(call) {
      const { functionName } = call
      const statements = template.roleStatements.get(functionName)
      if (!statements) return undefined
      for (const request of accessRequests(call, template)) {
        const decision = decide(statements, request)
        if (!decision.allowed) {
          deny({ functionName, ...request, reason: decision.reason })
          return awsMessage(functionName, request, decision.reason)
        }
        const grants = grantsOf(functionName, decision.statement)
        for (const grant of grants.filter((grant) => serves(grant, request))) {
          used.add(JSON.stringify(grant))
        }
      }
      return undefined
    },
    unusedGrants: () => ownGrants(template).filter((grant) => !used.has(JSON.stringify(grant))),
  }
}

/** A statement as single permissions: one an action, resource and partition key pattern. */
const grantsOf = (functionName: string, statement: Statement): UnusedGrant[] =>
  statement.actions.flatMap((action) =>
    statement.resources.flatMap((resource) => {
      const keys = leadingKeyPatterns(statement)
      const grant = { functionName, action, resource }
      return keys ? keys.map((leadingKey) => ({ ...grant, leadingKey })) : [grant]
    }),
  )

const serves = ({ action, resource, leadingKey }: UnusedGrant, request: AccessRequest) =>
  matches(action.toLowerCase(), request.action.toLowerCase()) &&
  matches(resource, request.resource) &&
  (leadingKey === undefined || !!request.leadingKeys?.some((key) => matches(leadingKey, key)))

/** Without what Lambda itself does with a function's role: logging and reading event sources. */
function ownGrants({ roleStatements, eventSources, queues }: Template): UnusedGrant[] {
  const queueArns = eventSources.map((source) =>
    source.kind === 'queue'
      ? source.queueArn
      : queues.find(({ url }) => url === source.failureQueueUrl)?.arn,
  )
  return [...roleStatements]
    .flatMap(([functionName, statements]) =>
      statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) => grantsOf(functionName, statement)),
    )
    .filter(
      ({ action, resource }) =>
        !action.startsWith('logs:') &&
        !resource.includes('/stream/') &&
        !queueArns.includes(resource),
    )
}

/** Partition keys are shortened to their kind: `org#7f3a` and `org#91bc` lack the same grant. */
function distinctName({ functionName, action, resource, leadingKeys }: Denial) {
  const kinds = new Set(leadingKeys?.map((key) => key.replace(/#.*$/s, '#…')))
  const keys = kinds.size > 0 ? ` with partition key ${[...kinds].join(', ')}` : ''
  return `${functionName} may not ${action} on ${resource}${keys}`
}

/** Source: AWS IAM User Guide, "Access denied error messages". */
const awsMessage = (functionName: string, { action, resource }: AccessRequest, reason: string) =>
  `User: ${functionName} is not authorized to perform: ${action} on resource: ${resource} ${reason}`

import * as v from 'valibot'
import type { Statement } from '#local/aws/iam.ts'
import { propertiesOf, type TemplateResources } from './template-resources.ts'

const oneOrMore = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value): readonly string[] => (Array.isArray(value) ? value : [value])),
  v.check((values) => !values.some((value) => value.includes('${')), 'has a policy variable'),
)

/** Strict: overlooking an element (NotAction, NotResource) would change what the statement means. */
const PolicyStatement = v.pipe(
  v.strictObject({
    Sid: v.optional(v.string()),
    Effect: v.picklist(['Allow', 'Deny']),
    Action: oneOrMore,
    Resource: oneOrMore,
    Condition: v.optional(v.record(v.string(), v.record(v.string(), oneOrMore)), {}),
  }),
  v.transform(
    ({ Effect, Action, Resource, Condition }): Statement => ({
      effect: Effect,
      actions: Action,
      resources: Resource,
      conditions: Object.entries(Condition).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
      ),
    }),
  ),
)

const PolicyDocument = v.pipe(
  v.object({ Statement: v.array(PolicyStatement) }),
  v.transform(({ Statement: statements }) => statements),
)

const Role = v.object({
  Policies: v.optional(v.array(v.object({ PolicyDocument })), []),
})
const Policy = v.object({
  /** Of AWS::IAM::Policy and AWS::IAM::ManagedPolicy. */
  Roles: v.optional(v.array(v.string()), []),
  /** Of AWS::IAM::RolePolicy. */
  RoleName: v.optional(v.string()),
  PolicyDocument,
})

/**
 * The statements of a role by its ARN: its own policies and those attached to it in the template.
 * AWS's managed policies are not among them, no function of ours has one.
 */
export function statementsByRole(
  resources: TemplateResources,
): (roleArn: string) => readonly Statement[] {
  const inline = resources.ofType('AWS::IAM::Role').map((role) => ({
    roleNames: [role.ref],
    statements: propertiesOf(role, Role).Policies.flatMap(({ PolicyDocument: own }) => own),
  }))
  const attached = resources
    .ofType('AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy')
    .map((policy) => {
      const { Roles, RoleName, PolicyDocument: statements } = propertiesOf(policy, Policy)
      return { roleNames: RoleName ? [RoleName] : Roles, statements }
    })
  return (roleArn) =>
    [...inline, ...attached]
      .filter(({ roleNames }) => roleNames.some((name) => roleArn.endsWith(`:role/${name}`)))
      .flatMap(({ statements }) => statements)
}

import * as v from 'valibot'
import type { FunctionDefinition, ScheduleDefinition } from './template.ts'
import { attributeOf, propertiesOf, type TemplateResources } from './template-resources.ts'

const Rule = v.object({
  ScheduleExpression: v.string(),
  State: v.optional(v.picklist(['ENABLED', 'DISABLED']), 'ENABLED'),
  Targets: v.array(v.object({ Arn: v.string() })),
})

/** Every rule that invokes functions at a rate; throws on other rules. */
export const schedulesOf = (
  resources: TemplateResources,
  functions: readonly FunctionDefinition[],
): ScheduleDefinition[] =>
  resources.ofType('AWS::Events::Rule').flatMap((resource) => {
    const { ScheduleExpression, State, Targets } = propertiesOf(resource, Rule)
    if (State === 'DISABLED') return []
    const { logicalId } = resource
    const everyMs = rateOf(ScheduleExpression, logicalId)
    const ruleArn = attributeOf(resource, 'Arn')
    return Targets.map(({ Arn }) => {
      const found = functions.find(({ arn }) => arn === Arn)
      if (!found) throw new Error(`${logicalId}: no function ${Arn}`)
      return { functionName: found.name, ruleArn, everyMs }
    })
  })

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** Source: Amazon EventBridge User Guide, "Rate expressions". */
function rateOf(expression: string, logicalId: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (!count || !unit) throw new Error(`${logicalId}: not a rate: ${expression}`)
  return Number(count) * unitMs[unit as keyof typeof unitMs] // the pattern names these units
}

import * as v from 'valibot'
import type { Assembly, Stack } from './assembly.ts'
import { type Names, resolveIntrinsics } from './intrinsics.ts'
import { type NamedResource, nameResource, type Place } from './resource-names.ts'

/** A resource with its intrinsic functions resolved, and what references to it stand for. */
export type ResolvedResource = NamedResource & {
  ref: string
  attributes: Readonly<Record<string, string>>
}

/** The resources and outputs of all stacks of an assembly. */
export type TemplateResources = {
  ofType: (...types: readonly string[]) => ResolvedResource[]
  /** By output name; without the exports that only connect the stacks. */
  outputs: Readonly<Record<string, string>>
}

/**
 * Resolves resources when they are asked for, so that what does not run here (alarms, log groups)
 * need not be understood.
 */
export function templateResources({ stacks }: Assembly, place: Place): TemplateResources {
  const importValue = (exportName: string) => valueOfExport(stacks, exportName, namesOf)
  const namesOf = (stack: Stack): Names => {
    const names: Names = {
      ref(name) {
        if (name === 'AWS::NoValue') return undefined
        return pseudoParameter(name, stack, place) ?? locate(stack, name, names, place).ref
      },
      attribute: (logicalId, attribute) =>
        attributeOf(locate(stack, logicalId, names, place), attribute),
      importValue,
    }
    return names
  }
  return {
    ofType: (...types) => stacks.flatMap((stack) => resourcesOf(stack, types, namesOf, place)),
    outputs: outputsOf(stacks, namesOf),
  }
}

/** An attribute that `Fn::GetAtt` knows of this resource. */
export function attributeOf(resource: ResolvedResource, name: string): string {
  const value = resource.attributes[name]
  if (value !== undefined) return value
  const { stack, logicalId, type } = resource
  throw new Error(`${stack}: no attribute ${name} of ${logicalId} (${type}) is known here`)
}

/** The properties of a resource in the shape that is understood here; throws on another shape. */
export function propertiesOf<const Schema extends v.GenericSchema>(
  { stack, logicalId, type, properties }: ResolvedResource,
  schema: Schema,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, properties)
  if (parsed.success) return parsed.output
  const problems = parsed.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)
  throw new Error(`${stack}: ${logicalId} (${type}): ${problems.join('; ')}`)
}

type NamesOf = (stack: Stack) => Names

function resourcesOf(stack: Stack, types: readonly string[], namesOf: NamesOf, place: Place) {
  return Object.entries(stack.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([logicalId, { Properties }]) => {
      const names = namesOf(stack)
      return {
        ...locate(stack, logicalId, names, place),
        properties: resolveIntrinsics(Properties, names) as Record<string, unknown>,
      }
    })
}

/** Only the properties a name is made of are resolved: others may refer back to the resource. */
function locate(stack: Stack, logicalId: string, names: Names, place: Place): ResolvedResource {
  const resource = stack.Resources[logicalId]
  if (!resource) throw new Error(`${stack.name}: no resource ${logicalId}`)
  const properties = Object.fromEntries(
    Object.entries(resource.Properties)
      .filter(([property]) => property.endsWith('Name') || property === 'FifoQueue')
      .map(([property, value]) => [property, resolveIntrinsics(value, names)]),
  )
  const named = { stack: stack.name, logicalId, type: resource.Type, properties }
  return { ...named, ...nameResource(named, place) }
}

/** Source: AWS CloudFormation User Guide, "Pseudo parameters". */
function pseudoParameter(name: string, stack: Stack, { region, accountId }: Place) {
  const values: Readonly<Record<string, string>> = {
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  }
  return values[name] ?? stack.Parameters[name]?.Default
}

function valueOfExport(stacks: readonly Stack[], exportName: string, namesOf: NamesOf): unknown {
  for (const stack of stacks) {
    const names = namesOf(stack)
    for (const { Value, Export } of Object.values(stack.Outputs)) {
      if (Export && resolveIntrinsics(Export.Name, names) === exportName) {
        return resolveIntrinsics(Value, names)
      }
    }
  }
  throw new Error(`No stack exports ${exportName}`)
}

function outputsOf(stacks: readonly Stack[], namesOf: NamesOf) {
  return Object.fromEntries(
    stacks.flatMap((stack) =>
      Object.entries(stack.Outputs)
        .filter(([, { Export }]) => !Export)
        .map(([name, { Value }]) => [name, String(resolveIntrinsics(Value, namesOf(stack)))]),
    ),
  )
}

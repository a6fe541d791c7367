import { readAssembly } from './assembly.ts'
import type { Place } from './resource-names.ts'
import { statementsByRole } from './role-statements.ts'
import type { Template } from './template.ts'
import { eventSourcesOf, functionsOf, routesOf } from './template-code.ts'
import { aliasesOf, keysOf, queuesOf, tablesOf } from './template-data.ts'
import { templateResources } from './template-resources.ts'
import { schedulesOf } from './template-schedules.ts'

/** Reads the folder that `cdk synth` wrote; throws on what it does not understand. */
export function readTemplate(folder: string, place: Place): Template {
  const assembly = readAssembly(folder)
  const resources = templateResources(assembly, place)
  const functions = functionsOf(resources, assembly.assetFolders)
  const queues = queuesOf(resources)
  const statementsOf = statementsByRole(resources)
  return {
    place,
    tables: tablesOf(resources),
    queues,
    keys: keysOf(resources),
    aliases: aliasesOf(resources),
    functions,
    routes: routesOf(resources, functions),
    eventSources: eventSourcesOf(resources, functions, queues),
    schedules: schedulesOf(resources, functions),
    outputs: resources.outputs,
    roleStatements: new Map(functions.map(({ name, roleArn }) => [name, statementsOf(roleArn)])),
  }
}

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { synthesize } from '#local/template/synthesize.ts'

/** A reference of a template to something else in it. */
export type Reference = {
  Ref?: string
  'Fn::GetAtt'?: [string, string]
  'Fn::ImportValue'?: string
}

export type Resource<Properties> = {
  id: string
  properties: Properties
  deletionPolicy: string | undefined
  updateReplacePolicy: string | undefined
}

type WrittenResource = {
  Type: string
  Properties: unknown
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

let synthesis: Promise<string> | undefined

after(async () => {
  if (synthesis !== undefined) rmSync(await synthesis, { recursive: true, force: true })
})

/** The folder of a synthesis of infra/, made once a process. */
export function synthesisFolder(): Promise<string> {
  synthesis ??= synthesize(mkdtempSync(join(tmpdir(), 'latchkey-infra-')))
  return synthesis
}

/** All resources of a kind in all stacks; the caller names the shape that CloudFormation documents. */
export async function resourcesOf<Properties>(type: string): Promise<Resource<Properties>[]> {
  const folder = await synthesisFolder()
  const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'))
  return files.flatMap((file) => {
    const { Resources } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      Resources: Record<string, WrittenResource>
    }
    return Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties: properties, DeletionPolicy, UpdateReplacePolicy }]) => ({
        id,
        properties: properties as Properties,
        deletionPolicy: DeletionPolicy,
        updateReplacePolicy: UpdateReplacePolicy,
      }))
  })
}

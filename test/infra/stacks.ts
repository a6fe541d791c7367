import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { ApiStack } from '#infra/api-stack.ts'
import { functionNames } from '#infra/bundle.ts'
import { DataStack } from '#infra/data-stack.ts'
import { WorkersStack } from '#infra/workers-stack.ts'

export type WrittenTemplate = {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>
}

/** What deploys, stack by stack. */
export type Deployed = Record<'data' | 'api' | 'workers', WrittenTemplate>

type Settings = {
  /** Of the keys of JWTs and SAML. */
  generations?: readonly number[]
  publicUrl?: string
  mailFrom?: string
}

/** What deploys with these settings, around bundles that hold nothing. */
export function deployedWith({ generations = [1], publicUrl, mailFrom }: Settings): Deployed {
  using code = mkdtempDisposableSync(join(tmpdir(), 'latchkey-code-'))
  for (const fn of functionNames()) {
    mkdirSync(join(code.path, fn))
    writeFileSync(join(code.path, fn, 'index.mjs'), '')
  }
  const app = new App({
    analyticsReporting: false,
    outdir: join(code.path, 'cdk.out'),
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
  })
  const keyGenerations = { jwt: generations, signing: generations, encryption: generations }
  const data = new DataStack(app, 'LatchkeyData', { keyGenerations })
  const common = { data, codeFolder: code.path, ...(mailFrom && { mailFrom }) }
  const api = new ApiStack(app, 'LatchkeyApi', { ...common, ...(publicUrl && { publicUrl }) })
  new WorkersStack(app, 'LatchkeyWorkers', { ...common, publicUrl: api.publicUrl })
  const assembly = app.synth()
  const templateOf = (name: string) => assembly.getStackByName(name).template as WrittenTemplate
  return {
    data: templateOf('LatchkeyData'),
    api: templateOf('LatchkeyApi'),
    workers: templateOf('LatchkeyWorkers'),
  }
}

export const ofType = ({ Resources }: WrittenTemplate, type: string) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type)

/** What a stack imports that another one exports no more, or not yet. */
export function missing(importing: WrittenTemplate, from: WrittenTemplate, stack: string) {
  const names = JSON.stringify(importing).match(new RegExp(`${stack}:ExportsOutput\\w+`, 'g'))
  const exported = new Set(Object.values(from.Outputs ?? {}).map(({ Export }) => Export?.Name))
  return [...new Set(names)].filter((name) => !exported.has(name))
}

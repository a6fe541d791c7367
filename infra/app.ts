import { App, Tags } from 'aws-cdk-lib'
import type { KeyName } from '#shared/operations/key-rotation.ts'
import { ApiStack } from './api-stack.ts'
import { bundleFunctions } from './bundle.ts'
import { DataStack } from './data-stack.ts'
import { keyGenerations } from './key-generations.ts'
import { WatchStack } from './watch-stack.ts'
import { WorkersStack } from './workers-stack.ts'

const codeFolder = await bundleFunctions()

const app = new App({
  analyticsReporting: false,
  context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
})
const account = process.env['CDK_DEFAULT_ACCOUNT']
const region = process.env['CDK_DEFAULT_REGION']
const env = account && region ? { account, region } : {}
const publicUrl = app.node.tryGetContext('publicUrl') as string | undefined
const mailFrom = app.node.tryGetContext('mailFrom') as string | undefined

const project = new URL('../', import.meta.url)
const generations = (name: KeyName) => keyGenerations(name, app.node.tryGetContext(name), project)

const data = new DataStack(app, 'LatchkeyData', {
  env,
  terminationProtection: true,
  keyGenerations: {
    jwt: generations('jwtSigningKeys'),
    signing: generations('samlSigningKeys'),
    encryption: generations('samlEncryptionKeys'),
  },
})
const common = { env, data, codeFolder, ...(mailFrom && { mailFrom }) }
const api = new ApiStack(app, 'LatchkeyApi', { ...common, ...(publicUrl && { publicUrl }) })
const workers = new WorkersStack(app, 'LatchkeyWorkers', { ...common, publicUrl: api.publicUrl })
new WatchStack(app, 'LatchkeyWatch', { env, data, workers })
Tags.of(app).add('service', 'latchkey')
app.synth()

import { App, Tags } from 'aws-cdk-lib'
import { ApiStack } from './api-stack.ts'
import { bundleFunctions } from './bundle.ts'
import { DataStack } from './data-stack.ts'
import { WatchStack } from './watch-stack.ts'

const codeFolder = await bundleFunctions()

const app = new App({
  analyticsReporting: false,
  context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
})
const account = process.env['CDK_DEFAULT_ACCOUNT']
const region = process.env['CDK_DEFAULT_REGION']
const env = account && region ? { account, region } : {}
const publicUrl = app.node.tryGetContext('publicUrl') as string | undefined

const data = new DataStack(app, 'LatchkeyData', { env, terminationProtection: true })
const api = new ApiStack(app, 'LatchkeyApi', {
  env,
  data,
  codeFolder,
  ...(publicUrl && { publicUrl }),
})
new WatchStack(app, 'LatchkeyWatch', { env, data, api })
Tags.of(app).add('service', 'latchkey')
app.synth()

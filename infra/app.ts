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
const mailFrom = app.node.tryGetContext('mailFrom') as string | undefined

/** Context such as `-c samlSigningKeys=2,1`. */
function generations(name: string): readonly number[] {
  const text = String(app.node.tryGetContext(name) ?? '1')
  if (!/^[1-9]\d*(?:,[1-9]\d*)*$/.test(text)) throw new Error(`${name} is not like 1,2: ${text}`)
  return [...new Set(text.split(',').map(Number))]
}

const data = new DataStack(app, 'LatchkeyData', {
  env,
  terminationProtection: true,
  keyGenerations: {
    signing: generations('samlSigningKeys'),
    encryption: generations('samlEncryptionKeys'),
  },
})
const api = new ApiStack(app, 'LatchkeyApi', {
  env,
  data,
  codeFolder,
  ...(publicUrl && { publicUrl }),
  ...(mailFrom && { mailFrom }),
})
new WatchStack(app, 'LatchkeyWatch', { env, data, api })
Tags.of(app).add('service', 'latchkey')
app.synth()

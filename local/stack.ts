import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AwsEndpoint, startAwsEndpoint } from '#local/aws/aws-endpoint.ts'
import { type Gateway, startGateway } from '#local/gateway/gateway.ts'
import type { Invoke, InvokeResult } from '#local/lambda/lambda-protocol.ts'
import { type Lambdas, startLambdas } from '#local/lambda/lambdas.ts'
import { provision } from '#local/services/provision.ts'
import { readTemplate } from '#local/template/read-template.ts'
import type { Template } from '#local/template/template.ts'
import { takeDataFolder } from './data-folder.ts'
import { operator } from './operator.ts'
import { location, startServices } from './stack-services.ts'
import { startTriggers, type Triggers } from './stack-triggers.ts'

export type StackOptions = {
  /** Port of the HTTP API; default 3000, 0 takes a free one. */
  port?: number
  /** Where data is kept, from the project's folder; default .latchkey. */
  dataDir?: string
  /** PEM of an authority that metadata servers of this machine have their certificate from. */
  fetchCa?: string
  /** DNS server (host:port) that domains are checked at, in place of the machine's. */
  dnsServer?: string
  /** Where servers of this machine speak https in place of port 443, with `fetchCa`. */
  httpsPort?: number
  /** Keeps nothing. */
  memory?: boolean
  /** A folder that has been synthesized before; by default infra/ is synthesized. */
  assembly?: string
  /** Gets each request that a route took, and what the function answered. */
  onAnswer?: (event: unknown, result: InvokeResult) => void
  /** Gets each line that a function writes; default: stdout. */
  onLog?: (line: { functionName: string; text: string }) => void
  /** Gets denied AWS calls and requests that no function could answer; default: stderr. */
  onProblem?: (text: string) => void
}

export type LocalStack = Pick<
  AwsEndpoint,
  'calls' | 'clearCalls' | 'denials' | 'faults' | 'unusedGrants'
> &
  Pick<Lambdas, 'coldStarts'> &
  Pick<Triggers, 'idle' | 'runSchedule'> &
  AsyncDisposable & {
    /** Of the HTTP API; also the functions' PUBLIC_URL. */
    url: string
    /** For SDK clients; an access key that is no function's name may do everything. */
    awsEndpoint: string
    /** Where mails can be read in a browser, and as JSON under /store. */
    mailUrl: string
    region: string
    /** The outputs of the CloudFormation stacks. */
    outputs: Readonly<Record<string, string>>
    /** A function's variables, and those with which SDK clients here may do everything. */
    environmentOf: (functionName: string) => Record<string, string>
    /** Ends everything; may be called again. */
    stop: () => Promise<void>
  }

/**
 * Starts everything that infra/ deploys on this machine: the HTTP API, its functions, and the AWS
 * services they use. If one part cannot start, the others are stopped and the error says which.
 */
export async function startStack(options: StackOptions = {}): Promise<LocalStack> {
  await using parts = new AsyncDisposableStack()
  const gateway = await startApi(options)
  parts.defer(gateway.stop)
  const folder = options.memory ? temporaryFolder(parts) : keptFolder(options, parts)
  const settings = { folder, isKept: !options.memory, assembly: options.assembly }
  const services = await startServices(settings, parts)
  const { dynamodb, kms, ses, sqs } = services
  const backends = { dynamodb: dynamodb.url, kms: kms.url, ses: ses.url, sqs: sqs.url }
  const { onLog = print, onProblem = console.error } = options
  const endpoint = await startAwsEndpoint({ backends, report: onProblem })
  parts.defer(endpoint.stop)
  const place = { ...location, apiUrl: gateway.url, awsEndpoint: endpoint.url }
  const template = readTemplate(services.assembly, place)
  const streamArns = await provision(template, { ...backends, kms })
  const environment = {
    ...endpointVariables(endpoint.url),
    ...networkVariables(options),
  }
  const lambdas = startLambdas(template.functions, { ...location, environment, onLog })
  parts.defer(lambdas.stop)
  endpoint.enforce(template, lambdas.kill)
  const { invoke } = lambdas
  const checkpoints = options.memory ? undefined : join(folder, 'checkpoints')
  const triggers = startTriggers({ template, ...backends, streamArns, invoke, checkpoints, onLog })
  parts.defer(triggers.stop)
  gateway.serve(template.routes, observed(invoke, options.onAnswer))
  parts.defer(gateway.stop) // once more, because what was started last ends first
  const mailUrl = ses.url
  return localStack({ gateway, endpoint, template, lambdas, triggers, mailUrl }, parts.move())
}

const observed =
  (invoke: Invoke, onAnswer: StackOptions['onAnswer'] = () => {}): Invoke =>
  async (functionName, event) => {
    const result = await invoke(functionName, event)
    onAnswer(event, result)
    return result
  }

type Parts = {
  gateway: Gateway
  endpoint: AwsEndpoint
  template: Template
  lambdas: Lambdas
  triggers: Triggers
  mailUrl: string
}

function localStack(parts: Parts, running: AsyncDisposableStack): LocalStack {
  const { gateway, endpoint, template, lambdas, triggers, mailUrl } = parts
  const { calls, clearCalls, denials, faults, unusedGrants } = endpoint
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= running.disposeAsync()
    return stopping
  }
  return {
    ...{ calls, clearCalls, denials, faults, unusedGrants },
    url: gateway.url,
    awsEndpoint: endpoint.url,
    mailUrl,
    region: location.region,
    outputs: template.outputs,
    environmentOf: (functionName) => operatorVariables(functionName, parts),
    coldStarts: lambdas.coldStarts,
    idle: triggers.idle,
    runSchedule: triggers.runSchedule,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function startApi({
  port = 3000,
  onProblem = console.error,
}: StackOptions): Promise<Gateway> {
  try {
    return await startGateway({ port, onError: onProblem, operator: { ...operator, ...location } })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause
    throw new Error(`The HTTP API cannot start (option port): ${reason}`, { cause })
  }
}

function temporaryFolder(parts: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-stack-'))
  parts.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function keptFolder({ dataDir }: StackOptions, parts: AsyncDisposableStack): string {
  const project = fileURLToPath(new URL('..', import.meta.url))
  const { path, release } = takeDataFolder(resolve(project, dataDir ?? '.latchkey'))
  parts.defer(release)
  return path
}

/** What functions reach beyond this stack; nothing of it is deployed. */
const networkVariables = ({ fetchCa, dnsServer, httpsPort }: StackOptions) => ({
  ...(fetchCa !== undefined && { LOCAL_FETCH_CA: fetchCa }),
  ...(dnsServer !== undefined && { LOCAL_DNS_SERVER: dnsServer }),
  ...(httpsPort !== undefined && { LOCAL_HTTPS_PORT: String(httpsPort) }),
})

/** All services at one address; the first one is for those that are not here, or AWS would be asked. */
const endpointVariables = (url: string) => ({
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_DYNAMODB: url,
  AWS_ENDPOINT_URL_KMS: url,
  AWS_ENDPOINT_URL_SESV2: url,
  AWS_ENDPOINT_URL_SQS: url,
})

function operatorVariables(functionName: string, { template, endpoint }: Parts) {
  const definition = template.functions.find(({ name }) => name === functionName)
  if (!definition) throw new Error(`No function ${functionName}`)
  return {
    ...definition.environment,
    ...endpointVariables(endpoint.url),
    AWS_REGION: location.region,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
  }
}

const print = ({ functionName, text }: { functionName: string; text: string }) =>
  console.log(`${functionName} | ${text}`)

import type { Place } from '#local/template/resource-names.ts'
import type { FunctionDefinition } from '#local/template/template.ts'

/** What it takes to run a function. */
export type LambdaFunction = Pick<
  FunctionDefinition,
  'name' | 'codeDir' | 'handler' | 'timeoutSeconds' | 'memoryMb' | 'environment'
>

/** Where functions claim to run. */
export type Location = Pick<Place, 'region' | 'accountId'>

export type LambdaContext = ReturnType<typeof lambdaContext>

const version = '$LATEST'

const logNames = ({ name }: LambdaFunction) => ({
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: `local/[${version}]`,
})

/**
 * The environment variables Lambda's runtime sets. The access key is the function's name, so that
 * the local AWS endpoint knows whose role to check a call against.
 *
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
 */
export function runtimeVariables(
  definition: LambdaFunction,
  { region }: Location,
): Record<string, string> {
  const { name, handler, memoryMb, codeDir } = definition
  const { logGroupName, logStreamName } = logNames(definition)
  return {
    _HANDLER: handler,
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    LAMBDA_TASK_ROOT: codeDir,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  }
}

/** The part of a handler's second argument that is the same in every invocation. */
export const lambdaContext = (definition: LambdaFunction, { region, accountId }: Location) => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: definition.name,
  functionVersion: version,
  invokedFunctionArn: functionArn(definition.name, { region, accountId }),
  memoryLimitInMB: String(definition.memoryMb),
  ...logNames(definition),
})

/** The ARN under which a function knows itself. */
export const functionArn = (name: string, { region, accountId }: Location) =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`

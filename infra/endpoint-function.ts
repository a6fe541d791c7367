import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { environmentOf, type Grant, type Resources, statementOf } from './grants.ts'

type Settings = {
  code: Code
  grants: readonly Grant[]
  memoryMb: number
  timeoutSeconds: number
  environment: Record<string, string>
  /** Set where it sends to the queue that it reads, on and on by design. */
  recursiveLoop?: RecursiveLoop
}

/** A Lambda with a role and a log group of its own, built from functions/<fn>. */
export function endpointFunction(
  scope: Construct,
  fn: string,
  resources: Resources,
  settings: Settings,
): LambdaFunction {
  const logs = logGroup(scope, `${fn}-logs`)
  const statements = settings.grants.map((grant) => statementOf(grant, resources))
  const role = new Role(scope, `${fn}-role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    // In the role, because a policy beside it is one more resource, and a stack has 500 at most.
    inlinePolicies: {
      grants: new PolicyDocument({ statements: [writing(logs), ...statements] }),
    },
  })
  return new LambdaFunction(scope, fn, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: settings.code,
    description: fn,
    handler: 'index.handler',
    role,
    logGroup: logs,
    loggingFormat: LoggingFormat.JSON,
    memorySize: settings.memoryMb,
    timeout: Duration.seconds(settings.timeoutSeconds),
    ...(settings.recursiveLoop && { recursiveLoop: settings.recursiveLoop }),
    environment: { ...environmentOf(settings.grants, resources), ...settings.environment },
  })
}

const writing = (logs: LogGroup) =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logs.logGroupArn],
  })

/** A log group that the stack owns; logs carry ids only, so a month of them is enough. */
export const logGroup = (scope: Construct, id: string) =>
  new LogGroup(scope, id, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })

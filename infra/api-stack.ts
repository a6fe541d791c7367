import { join } from 'node:path'
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Code } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { apiStage } from './api-stage.ts'
import type { DataStack } from './data-stack.ts'
import type { Endpoint } from './endpoint.ts'
import { endpointFunction } from './endpoint-function.ts'
import type { Resources } from './grants.ts'
import { withMail } from './mail-sender.ts'
import { endpoints } from './routes.ts'

type ApiStackProps = StackProps & {
  data: DataStack
  /** Where the bundles are, a folder a function. */
  codeFolder: string
  /** The address people and providers use, for example https://signin.vendor.example. */
  publicUrl?: string
  /** The address that mails come from; by default no-reply at the host of the public URL. */
  mailFrom?: string
}

/** The HTTP API and one Lambda per endpoint: code that routes call, and no state. */
export class ApiStack extends Stack {
  /** What functions know as PUBLIC_URL. */
  readonly publicUrl: string
  private readonly resources: Resources
  private readonly codeFolder: string
  private readonly api: HttpApi

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props)
    this.codeFolder = props.codeFolder
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false })
    this.publicUrl = props.publicUrl ?? this.api.apiEndpoint
    this.resources = withMail(this, props.data, { ...props, publicUrl: this.publicUrl })
    const routes = endpoints.flatMap((endpoint) => this.endpoint(endpoint))
    apiStage(this, this.api, routes)
    new CfnOutput(this, 'PublicUrl', { value: this.publicUrl })
    // Always, as CloudFormation drops no export that workers still import (ADR 22).
    this.exportValue(this.api.apiEndpoint)
    this.operators()
  }

  /** What the role of an operator needs: the operator routes, and nothing else of this account. */
  private operators() {
    const policy = new ManagedPolicy(this, 'Operators', {
      description: 'Calls the operator routes of Latchkey, as its command line does',
      statements: [
        new PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: [this.api.arnForExecuteApi('*', '/operator/*', '$default')],
        }),
      ],
    })
    new CfnOutput(this, 'OperatorPolicyArn', { value: policy.managedPolicyArn })
  }

  private endpoint({ fn, routes, grants, memoryMb = 512 }: Endpoint) {
    const lambda = endpointFunction(this, fn, this.resources, {
      code: Code.fromAsset(join(this.codeFolder, fn)),
      grants,
      memoryMb,
      timeoutSeconds: 10,
      environment: { PUBLIC_URL: this.publicUrl },
    })
    const integration = new HttpLambdaIntegration(`${fn}-integration`, lambda, {
      scopePermissionToRoute: false, // else each route has one, and a stack has 500 resources
    })
    return routes.flatMap(({ method, path, auth }) =>
      this.api.addRoutes({
        path,
        methods: [method as HttpMethod],
        integration,
        ...(auth === 'operator' && { authorizer: byIam }),
      }),
    )
  }
}

const byIam = new HttpIamAuthorizer()

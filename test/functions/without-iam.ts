import type { APIGatewayProxyEventV2 } from 'aws-lambda'

/** The event of a route that has lost its authorizer. */
export function withoutIam(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const { authorizer: _, ...requestContext } = event.requestContext as object & {
    authorizer?: unknown
  }
  return { ...event, requestContext: requestContext as typeof event.requestContext }
}

import type { APIGatewayProxyEventV2 } from 'aws-lambda'

type Given = Partial<APIGatewayProxyEventV2> & { method?: string }

/** An event of API Gateway's payload format 2.0. */
export const apiEvent = ({ method = 'POST', ...given }: Given = {}): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `${method} /example`,
  rawPath: '/example',
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'signin.vendor.example',
    domainPrefix: 'signin',
    http: {
      method,
      path: '/example',
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      userAgent: 'test',
    },
    requestId: 'request-1',
    routeKey: `${method} /example`,
    stage: '$default',
    time: '04/Mar/2026:10:15:30 +0000',
    timeEpoch: 1_772_619_330_000,
  },
  ...given,
})

import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { log } from '../log.ts'
import { type HttpRequest, readRequest } from './request.ts'
import { type HttpResponse, json } from './respond.ts'

/** Answers a request. Expected failures are answers; what is thrown is a bug or an outage. */
export type Handle = (request: HttpRequest) => Promise<HttpResponse>

/** What a caller sees of a bug or an outage: nothing but the request's id. */
export type Unexpected = (request: HttpRequest) => HttpResponse

const serverError: Unexpected = ({ requestId }) => json(500, { error: 'server_error', requestId })

/** The one middleware chain: what is thrown is logged once and becomes a bare 500. */
export const endpoint = (handle: Handle, unexpected: Unexpected = serverError) =>
  middy<APIGatewayProxyEventV2, HttpResponse>()
    .onError((request) => {
      const { requestContext, routeKey } = request.event
      log.error('request_failed', request.error, {
        requestId: requestContext.requestId,
        route: routeKey,
      })
      request.response = unexpected(readRequest(request.event))
    })
    .handler((event: APIGatewayProxyEventV2) => handle(readRequest(event)))

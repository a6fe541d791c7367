import { createHash } from 'node:crypto'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { json, respond } from '#shared/http/respond.ts'
import { isOrgId } from '#shared/ids.ts'
import { serviceProviderMetadata } from '#shared/saml/metadata.ts'
import { serviceProvider } from '#shared/sign-in/service-provider.ts'

export const describeServiceProvider = (publicUrl: string) => (request: HttpRequest) => {
  const organization = request.pathParameter('organization')
  if (organization !== undefined && !isOrgId(organization)) {
    return Promise.resolve(json(404, { error: 'not_found' }))
  }
  const xml = serviceProviderMetadata(serviceProvider(publicUrl, organization))
  const etag = `"${createHash('sha256').update(xml).digest('base64url')}"`
  const headers = { etag, 'cache-control': 'public, max-age=3600' }
  if (request.header('if-none-match') === etag) return Promise.resolve(respond(304, headers))
  const contentType = 'application/samlmetadata+xml; charset=utf-8'
  return Promise.resolve(respond(200, { ...headers, 'content-type': contentType }, xml))
}

const { PUBLIC_URL } = readEnv('PUBLIC_URL')
export const handler = endpoint(describeServiceProvider(PUBLIC_URL))

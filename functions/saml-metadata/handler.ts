import { dynamoCertificates } from '#shared/aws/certificate-store.ts'
import { kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { kmsSamlSigner } from '#shared/aws/kms-saml-signer.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { json, respond } from '#shared/http/respond.ts'
import { isOrgId } from '#shared/ids.ts'
import { certificateIssuer } from '#shared/saml/issue-certificate.ts'
import { serviceProviderMetadata } from '#shared/saml/metadata.ts'
import { type SpCertificates, spCertificates } from '#shared/saml/sp-certificates.ts'
import { sha256 } from '#shared/secrets.ts'
import { serviceProvider } from '#shared/sign-in/service-provider.ts'
import { epochMilliseconds } from '#shared/time.ts'

type Ports = { publicUrl: string; certificates: () => Promise<SpCertificates> }

/** Whether an organization exists is not looked up: the document grants nothing. */
export const describeServiceProvider = (ports: Ports) => async (request: HttpRequest) => {
  const organization = request.pathParameter('organization')
  if (organization !== undefined && !isOrgId(organization)) return json(404, { error: 'not_found' })
  const us = serviceProvider(ports.publicUrl, organization)
  const xml = serviceProviderMetadata(us, await ports.certificates())
  const etag = `"${sha256(xml)}"`
  const headers = { etag, 'cache-control': 'public, max-age=3600' }
  if (request.header('if-none-match') === etag) return respond(304, headers)
  const contentType = 'application/samlmetadata+xml; charset=utf-8'
  return respond(200, { ...headers, 'content-type': contentType }, xml)
}

const env = readEnv(
  'DIRECTORY_TABLE',
  'PUBLIC_URL',
  'SAML_ENCRYPTION_KEY_ARNS',
  'SAML_SIGNING_KEY_ARNS',
)
const keys = {
  signing: env.SAML_SIGNING_KEY_ARNS.split(','),
  encryption: env.SAML_ENCRYPTION_KEY_ARNS.split(','),
}
const issue = certificateIssuer({
  host: new URL(env.PUBLIC_URL).hostname,
  publicKey: kmsPublicKey,
  signerOf: kmsSamlSigner,
  now: epochMilliseconds,
})
const store = dynamoCertificates(env.DIRECTORY_TABLE)
let known: Promise<SpCertificates> | undefined

/** A kept certificate never changes: all of them are fetched once an environment. */
const certificates = async () => {
  known ??= spCertificates(store, keys, issue)
  try {
    return await known
  } catch (error) {
    known = undefined
    throw error
  }
}
export const handler = endpoint(
  describeServiceProvider({ publicUrl: env.PUBLIC_URL, certificates }),
)

import { acsEndpoint } from './acs-routes.ts'
import { adminEndpoints } from './admin-routes.ts'
import type { Endpoint } from './endpoint.ts'
import { loginEndpoints } from './login-routes.ts'
import { operatorEndpoints } from './operator-routes.ts'
import { scimEndpoints } from './scim-routes.ts'
import { adminSignInEndpoints } from './sign-in-routes.ts'
import { tokenEndpoints } from './token-routes.ts'
import { userEndpoints } from './user-routes.ts'

/** Every HTTP route, one row a Lambda: the single source of truth for CDK, the local stack and tests. */
export const endpoints: readonly Endpoint[] = [
  {
    fn: 'jwks',
    routes: [
      {
        method: 'GET',
        path: '/.well-known/jwks.json',
        auth: 'none',
        summary: 'Public keys that verify our JWTs (RFC 7517)',
      },
    ],
    grants: [{ on: 'jwtKeys', actions: ['GetPublicKey'] }],
  },
  {
    fn: 'saml-metadata',
    routes: [
      {
        method: 'GET',
        path: '/saml/sp',
        auth: 'none',
        summary: 'Metadata of the vendor-wide service provider',
      },
      {
        method: 'GET',
        path: '/saml/{organization}/sp',
        auth: 'none',
        summary: "Metadata of one organization's service provider",
      },
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem', 'PutItem'], keys: ['certificate#*'] },
      { on: 'samlSigningKeys', actions: ['GetPublicKey', 'Sign'] },
      { on: 'samlEncryptionKeys', actions: ['GetPublicKey'] },
    ],
  },
  {
    fn: 'saml-login',
    routes: [
      {
        method: 'GET',
        path: '/saml/idps/{idp}/login',
        auth: 'none',
        summary:
          'Start a sign-in at an identity provider (AuthnRequest, HTTP-Redirect or HTTP-POST)',
      },
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['idp#*', 'catalogue'] },
      { on: 'directory', actions: ['PutItem'], keys: ['trace#*'] },
      { on: 'ephemeral', actions: ['PutItem'], keys: ['login#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem'], keys: ['test#*'] },
      { on: 'samlSigningKeys', actions: ['Sign'] },
    ],
  },
  acsEndpoint,
  {
    fn: 'saml-slo',
    routes: [
      {
        method: 'GET',
        path: '/saml/slo',
        auth: 'none',
        summary: 'Single logout service of the vendor-wide service provider (HTTP-Redirect)',
      },
      {
        method: 'POST',
        path: '/saml/slo',
        auth: 'none',
        summary: 'Single logout service of the vendor-wide service provider (HTTP-POST)',
      },
      {
        method: 'GET',
        path: '/saml/{organization}/slo',
        auth: 'none',
        summary: "Single logout service of one organization's service provider (HTTP-Redirect)",
      },
      {
        method: 'POST',
        path: '/saml/{organization}/slo',
        auth: 'none',
        summary: "Single logout service of one organization's service provider (HTTP-POST)",
      },
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['issuer#*', 'subject#*', 'catalogue'],
      },
      { on: 'directory', actions: ['UpdateItem'], keys: ['subject#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['trace#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem'], keys: ['session#*', 'logout#*'] },
      { on: 'ephemeral', actions: ['PutItem', 'UpdateItem'], keys: ['logout#*'] },
      { on: 'samlSigningKeys', actions: ['Sign'] },
    ],
    memoryMb: 1024,
  },
  {
    fn: 'saml-logout',
    routes: [
      {
        method: 'GET',
        path: '/saml/logout',
        auth: 'none',
        summary: 'Sign a browser out: where a product sends it, with the address from its redeem',
      },
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['idp#*', 'subject#*', 'catalogue'] },
      { on: 'directory', actions: ['UpdateItem'], keys: ['subject#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['trace#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem'], keys: ['login#*'] },
      { on: 'ephemeral', actions: ['PutItem'], keys: ['logout#*'] },
      { on: 'samlSigningKeys', actions: ['Sign'] },
    ],
  },
  ...tokenEndpoints,
  ...loginEndpoints,
  ...adminSignInEndpoints,
  ...adminEndpoints,
  ...operatorEndpoints,
  ...userEndpoints,
  ...scimEndpoints,
]

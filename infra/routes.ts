import type { Grant } from './grants.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call: `none` decides from the request's own proof, `product` needs a product credential. */
type Auth = 'none' | 'product'

type Route = { method: Method; path: `/${string}`; auth: Auth; summary: string }

export type Endpoint = {
  /** Folder under functions/, the Lambda's name, the request in events/ and the test's name. */
  fn: string
  routes: readonly Route[]
  /** Least privilege: each entry is one IAM statement of the function's role. */
  grants: readonly Grant[]
  /** Default 512; Lambda gives CPU in proportion. */
  memoryMb?: number
}

/** Every HTTP route, one row a Lambda: the single source of truth for CDK, the local stack and tests. */
export const endpoints = [
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
    grants: [{ on: 'jwtKey', actions: ['GetPublicKey'] }],
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
    grants: [],
  },
  {
    fn: 'saml-login',
    routes: [
      {
        method: 'GET',
        path: '/saml/idps/{idp}/login',
        auth: 'none',
        summary: 'Start a sign-in at an identity provider (AuthnRequest, HTTP-Redirect)',
      },
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['idp#*', 'catalogue'] },
      { on: 'directory', actions: ['PutItem'], keys: ['trace#*'] },
      { on: 'ephemeral', actions: ['PutItem'], keys: ['login#*'] },
    ],
  },
  {
    fn: 'saml-acs',
    routes: [
      {
        method: 'POST',
        path: '/saml/acs',
        auth: 'none',
        summary: 'Assertion consumer service of the vendor-wide service provider (HTTP-POST)',
      },
      {
        method: 'POST',
        path: '/saml/{organization}/acs',
        auth: 'none',
        summary: "Assertion consumer service of one organization's service provider (HTTP-POST)",
      },
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['issuer#*', 'subject#*', 'catalogue'],
      },
      { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem', 'UpdateItem'], keys: ['login#*'] },
      { on: 'directory', actions: ['ConditionCheckItem', 'DeleteItem'], keys: ['org#*'] },
      { on: 'directory', actions: ['UpdateItem'], keys: ['org#*', 'subject#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['org#*', 'subject#*', 'trace#*'] },
    ],
    memoryMb: 1024,
  },
  {
    fn: 'tokens-redeem',
    routes: [
      {
        method: 'POST',
        path: '/tokens/redeem',
        auth: 'product',
        summary: 'Redeem a login token for the signed identity of the user',
      },
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['credential#*', 'org#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem', 'UpdateItem'], keys: ['login#*'] },
      { on: 'jwtKey', actions: ['Sign'] },
    ],
  },
] as const satisfies readonly Endpoint[]

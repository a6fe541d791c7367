import {
  type Described,
  error,
  failed,
  failedPage,
  form,
  object,
  page,
  redirect,
  refusedPage,
  text,
} from './described.ts'
import { operationId } from './operation.ts'
import { scimOperations } from './scim-operations.ts'
import { signInOperations } from './sign-in-operations.ts'
import { tokenOperations } from './token-operations.ts'

/** Routes that are no JSON of the administration API: pages, redirects, SAML and keys. */

const metadata = {
  200: { description: 'SAML metadata', content: { 'application/samlmetadata+xml': text } },
  304: { description: 'It is as If-None-Match says' },
  ...failed,
}
const acs: Described = {
  requestBody: form('SAMLResponse', 'RelayState'),
  responses: {
    200: page('What came of a test sign-in'),
    303: redirect('Signed in: the landing page of a product, with its login token'),
    400: refusedPage,
    403: refusedPage,
    ...failedPage,
  },
}
const slo: Described = {
  responses: {
    200: page('Signed out, or a form that goes on to the provider'),
    302: redirect('On to the provider'),
    303: redirect('On to a product'),
    400: refusedPage,
    403: refusedPage,
    ...failedPage,
  },
}
const sloQuery = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature']
const wanted = ['product', 'target']

const described: Readonly<Record<string, Described>> = {
  ...signInOperations,
  ...scimOperations,
  ...tokenOperations,
  'GET /.well-known/jwks.json': {
    responses: {
      200: {
        description:
          'A JWK Set (RFC 7517): the key in use, and those before and after it. Fetch it again for a kid that you do not know',
        content: object({ keys: { type: 'array', items: { type: 'object' } } }, ['keys']),
      },
      ...failed,
    },
  },
  'GET /saml/sp': { responses: metadata },
  'GET /saml/{organization}/sp': {
    responses: { ...metadata, 404: error('That can be no organization') },
  },
  'GET /saml/idps/{idp}/login': {
    query: [...wanted, 'test'],
    responses: {
      200: page('A form that posts the AuthnRequest to the provider'),
      302: redirect('The provider, with an AuthnRequest'),
      400: refusedPage,
      403: refusedPage,
      ...failedPage,
    },
  },
  'POST /saml/acs': acs,
  'POST /saml/{organization}/acs': acs,
  'GET /saml/slo': { ...slo, query: sloQuery },
  'POST /saml/slo': { ...slo, requestBody: form('SAMLRequest', 'SAMLResponse', 'RelayState') },
  'GET /saml/{organization}/slo': { ...slo, query: sloQuery },
  'POST /saml/{organization}/slo': {
    ...slo,
    requestBody: form('SAMLRequest', 'SAMLResponse', 'RelayState'),
  },
  'GET /saml/logout': { ...slo, query: ['session', 'product', 'target'] },
  'GET /login': {
    query: wanted,
    responses: { 200: page('Asks for an address'), 400: page('Asks again') },
  },
  'POST /login': {
    requestBody: form('email', 'product', 'target'),
    responses: { 303: redirect('Where the person goes on'), 400: page('Asks again') },
  },
  'POST /login/discover': {
    requestBody: {
      required: true,
      content: object({ email: { type: 'string', maxLength: 320 } }, ['email']),
    },
    responses: {
      200: {
        description: 'Where the person goes on',
        content: object({ url: { type: 'string' } }, ['url']),
      },
      400: {
        description: 'The body holds no address',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  },
  'GET /login/start': {
    query: ['domain', ...wanted],
    responses: {
      200: page('Several providers to choose from'),
      303: redirect('The provider'),
      404: page('Nobody of this domain signs in here'),
      ...failed,
    },
  },
}

type Place = {
  fn: string
  method: string
  path: string
  routeKey: string
  auth: string
  summary: string
}

/** @throws where a route is not described */
export function publicOperation({ fn, method, path, routeKey, auth, summary }: Place) {
  const found = described[routeKey]
  if (!found) throw new Error(`infra/openapi/public-operations.ts does not know ${routeKey}`)
  const { requestBody, query = [], responses } = found
  const inPath = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => name)
  return {
    operationId: operationId(fn, method, path),
    summary,
    tags: [fn],
    security: auth === 'none' ? [] : [{ [auth]: [] }],
    parameters: [
      ...inPath.map((name) => ({ name, in: 'path', required: true, ...text })),
      ...query.map((name) => ({ name, in: 'query', required: false, ...text })),
    ],
    ...(requestBody && { requestBody }),
    responses,
  }
}

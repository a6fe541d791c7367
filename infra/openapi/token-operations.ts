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
  strings,
} from './described.ts'

/** Login tokens: what portals, their browsers and products are answered. */

const usableProduct = {
  type: 'object',
  required: ['product', 'account'],
  properties: {
    product: { type: 'string' },
    account: {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string' }, reference: { type: 'string' } },
    },
    attributes: { type: 'object', additionalProperties: { type: 'string' } },
  },
}

const host = {
  type: 'string',
  maxLength: 300,
  pattern: '^[!-~]+$',
  description:
    "Where the product was reached: needed where a portal's token is for a host of its own",
}
const person = {
  email: { type: 'string', maxLength: 254 },
  user_name: {
    type: 'string',
    maxLength: 256,
    description: 'Instead, where the SSO token is for user names',
  },
  target: {
    type: 'string',
    maxLength: 2048,
    description: 'A relative path of the product, such as invoices.html',
  },
}
/** As OAuth has it; where a trace was kept, with its id. */
const refusedRequest = (description: string) => ({
  description,
  content: object({ ...strings('error', 'error_description', 'trace_id') }, [
    'error',
    'error_description',
  ]),
})
const refusedWithTrace = (description: string) => ({
  description,
  content: object({ ...strings('error', 'error_description', 'trace_id') }, [
    'error',
    'error_description',
    'trace_id',
  ]),
})

export const tokenOperations: Readonly<Record<string, Described>> = {
  'POST /tokens': {
    requestBody: {
      required: true,
      content: { ...object(person, []), ...form('email', 'user_name', 'target').content },
    },
    responses: {
      200: {
        description:
          'A login token, good for 20 seconds and one use, and where to send the browser',
        content: object(
          {
            ...strings('token', 'url'),
            expires_in: { type: 'integer' },
            advice: {
              type: 'object',
              required: ['code', 'detail'],
              properties: strings('code', 'detail'),
            },
          },
          ['token', 'expires_in', 'url'],
        ),
      },
      400: refusedRequest('The body, or the target, is not what is taken'),
      403: refusedWithTrace('Refused: the reason is in the trace of that id, for admins'),
      429: {
        ...error('The SSO token is used too often'),
        headers: { 'retry-after': { required: true, schema: { type: 'string' } } },
      },
      ...failed,
    },
  },
  'GET /sso': {
    query: ['token', 'email', 'user_name', 'target'],
    responses: {
      303: redirect('The landing page of the product, with a login token'),
      403: refusedPage,
      404: page('The target is no page of the product: a page with a trace id'),
      503: { description: 'Nothing is fetched ahead: the login token would be spent' },
      ...failedPage,
    },
  },
  'POST /tokens/redeem': {
    requestBody: {
      required: true,
      content: {
        ...object({ token: { type: 'string', maxLength: 512 }, host }, ['token']),
        ...form('token', 'host').content,
      },
    },
    responses: {
      200: {
        description: 'Who has signed in, and a JWT that says so',
        content: object(
          {
            ...strings('id_token', 'token_type', 'product', 'target', 'sid', 'logout_url'),
            expires_in: { type: 'integer' },
            user: { type: 'object' },
            organization: { type: 'object' },
            groups: { type: 'array', items: { type: 'string' } },
            attributes: { type: 'object', additionalProperties: { type: 'string' } },
            products: { type: 'array', items: usableProduct },
          },
          ['id_token', 'token_type', 'expires_in', 'user', 'organization', 'product', 'sid'],
        ),
      },
      400: error('The token is not, or no longer, good (RFC 6749 §5.2)'),
      401: error('The product credential is not good'),
      ...failed,
    },
  },
}

import { type Described, failedPage, form, object, page, redirect, strings } from './described.ts'

/** Routes where administrators sign in: pages, redirects and the session of a browser. */

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const pageOrProblem = (description: string) => ({
  description,
  content: { ...page(description).content, ...problem(description).content },
})

const session = {
  description: 'Who is signed in, and until when',
  content: object(
    {
      ...strings('csrfToken', 'idleUntil', 'endsAt'),
      user: object(strings('id', 'email', 'name'), ['id', 'email'])['application/json'].schema,
      organization: object(strings('id', 'name'), ['id', 'name'])['application/json'].schema,
      role: { type: 'string', enum: ['admin', 'reader', 'emergency'] },
      isWaiting: { type: 'boolean' },
    },
    ['user', 'organization', 'role', 'isWaiting', 'csrfToken', 'idleUntil', 'endsAt'],
  ),
}

const unauthorized = { 401: problem('There is no session, or it is over') }
const csrf = { 403: problem('The call does not come from the Organization Center') }
const gone = { description: 'Signed out' }

const wish: Described = {
  requestBody: {
    required: true,
    content: {
      ...object({ email: { type: 'string', maxLength: 254 } }, ['email']),
      ...form('email').content,
    },
  },
  responses: {
    202: {
      description: 'The same whoever it is: a mail is on its way if the address administers',
      content: {
        ...object(strings('state'), ['state']),
        ...page('A page that says so').content,
      },
    },
    400: pageOrProblem('The body holds no address'),
    ...failedPage,
  },
}

const signedOut = page('Nobody is signed in')

export const signInOperations: Readonly<Record<string, Described>> = {
  'GET /admin/sign-in': { responses: { 200: page('Asks how to sign in') } },
  'POST /admin/sign-in/link': wish,
  'GET /admin/sign-in/link': {
    query: ['token'],
    responses: {
      200: page('What the link is for, with a button'),
      410: page('The link does not work'),
      ...failedPage,
    },
  },
  'POST /admin/sign-in/confirm': {
    requestBody: form('token', 'nonce'),
    responses: {
      303: redirect('Signed in: the Organization Center, or what an emergency has come to'),
      403: page('The person administers nothing'),
      409: page('Somebody else has to confirm, or others have'),
      410: page('The link does not work'),
      ...failedPage,
    },
  },
  'GET /admin/sign-in/sso': {
    query: ['organization'],
    responses: {
      200: page('Several providers to choose from'),
      303: redirect('The provider, or a page that asks for the address'),
      404: page('Nobody signs in by single sign-on here'),
      ...failedPage,
    },
  },
  'GET /admin/sign-in/return': {
    query: ['token', 'target'],
    responses: {
      200: page('Signed in: leads on'),
      403: page('The sign-in has to start again, or the person administers nothing'),
      ...failedPage,
    },
  },
  'GET /admin/break-glass': { responses: { 200: page('Asks for the address') } },
  'POST /admin/break-glass': wish,
  'GET /admin/break-glass/door': {
    responses: { 200: page('Whether the door is open'), 401: signedOut, ...failedPage },
  },
  'GET /admin/session': { responses: { 200: session, ...unauthorized, ...failedPage } },
  'POST /admin/session/refresh': {
    responses: {
      200: session,
      ...unauthorized,
      ...csrf,
      429: problem('Too many calls'),
      ...failedPage,
    },
  },
  'DELETE /admin/session': { responses: { 204: gone, ...csrf, ...failedPage } },
  'POST /admin/session/sign-out-everywhere': {
    responses: { 204: gone, ...unauthorized, ...csrf, ...failedPage },
  },
  'GET /center': {
    responses: { 200: page('Who is signed in'), 401: signedOut, ...failedPage },
  },
}

/** What every route of the administration API may answer. */
export const generalProblems = {
  body_malformed: { status: 400, title: 'The body is no JSON' },
  idempotency_key_malformed: {
    status: 400,
    title: 'Idempotency-Key must be 1 to 255 visible ASCII characters',
  },
  idempotency_key_unsupported: {
    status: 400,
    title:
      'This call takes no Idempotency-Key: it would have to show a secret twice, or needs none',
  },
  if_match_malformed: { status: 400, title: 'If-Match is no list of entity tags' },
  unauthorized: { status: 401, title: 'A valid API key or session is needed' },
  csrf: { status: 403, title: 'The call does not come from the Organization Center' },
  forbidden: { status: 403, title: 'This caller may not do that' },
  not_found: { status: 404, title: 'There is nothing here' },
  changed_meanwhile: { status: 412, title: 'It was changed meanwhile: read it again' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported_type: { status: 415, title: 'The body must be application/json' },
  key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  request_refused: { status: 422, title: 'The request is not what this endpoint takes' },
  precondition_required: { status: 428, title: 'Say by If-Match which state you change' },
  too_many_requests: { status: 429, title: 'Too many calls: wait as long as Retry-After says' },
  server_error: { status: 500, title: 'Something went wrong here' },
} as const

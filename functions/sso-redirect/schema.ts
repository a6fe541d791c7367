import { type HttpRequest, onlyValue } from '#shared/http/request.ts'

/** What a link of a portal has; what is there twice counts as not there, and is refused as that. */
export function readHop({ query }: HttpRequest) {
  const target = query.getAll('target').length > 1 ? REPEATED : onlyValue(query, 'target')
  return {
    token: onlyValue(query, 'token'),
    email: onlyValue(query, 'email'),
    userName: onlyValue(query, 'user_name'),
    target: target === '' ? undefined : target,
  }
}

/** Leads nowhere. */
const REPEATED = '//'

/** Whether a browser only fetches ahead what nobody has opened: that must not spend the token. */
export const isPrefetch = ({ header }: HttpRequest) =>
  /\bprefetch\b|\bprerender\b/i.test(`${header('sec-purpose') ?? ''} ${header('purpose') ?? ''}`)

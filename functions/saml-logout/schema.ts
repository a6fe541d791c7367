import { type HttpRequest, onlyValue } from '#shared/http/request.ts'
import { readLoginToken } from '#shared/tokens/login-token.ts'

const MAX_TARGET = 2048

/**
 * `?session=` of a product's logout address, and `?return=`, a path of the product to come back to.
 * Undefined if a parameter is missing, repeated or too long.
 */
export function readStartLogout({ query }: HttpRequest) {
  const session = readLoginToken(onlyValue(query, 'session') ?? '')
  const target = onlyValue(query, 'return')
  const isRepeated = query.getAll('return').length > 1
  if (!session || isRepeated || (target?.length ?? 0) > MAX_TARGET) return undefined
  return { session, target }
}

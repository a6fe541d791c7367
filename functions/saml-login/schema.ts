import { type HttpRequest, onlyValue } from '#shared/http/request.ts'
import { isIdpId, isTestId } from '#shared/ids.ts'

const MAX_TARGET_LENGTH = 2048

/** Parameters of a login link; all may be left out, none may be there twice. */
const parameters = ['product', 'target', 'test'] as const

/** Undefined if a parameter is malformed or repeated. */
export function readStart({ pathParameter, query }: HttpRequest) {
  if (parameters.some((name) => query.getAll(name).length > 1)) return undefined
  const idpId = pathParameter('idp') ?? ''
  const [product, target, testId] = parameters.map((name) => onlyValue(query, name))
  if (!isIdpId(idpId)) return undefined
  if (product !== undefined && !/^[a-z0-9-]{1,64}$/.test(product)) return undefined
  if (target !== undefined && target.length > MAX_TARGET_LENGTH) return undefined
  if (testId !== undefined && !isTestId(testId)) return undefined
  return { idpId, product, target, testId }
}

import type { LocalStack } from '#local/stack.ts'
import { requestSigner } from '#shared/aws/request-signer.ts'

type Sent = {
  method: string
  /** Undefined ones are not sent. */
  headers?: Readonly<Record<string, string | undefined>>
  body?: string | undefined
}

/** Calls a local stack as its operator does: signed by AWS credentials, for this region. */
export function signedFetch({ url, region }: Pick<LocalStack, 'url' | 'region'>) {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'local' }
  const signer = requestSigner({ credentials, region, sendsBodyHash: true })
  /** @param path with its query */
  return async (path: string, { method, headers = {}, body }: Sent): Promise<Response> => {
    const address = new URL(`${url}${path}`)
    const given = Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : []))
    const signed = await signer.sign({
      method,
      protocol: address.protocol,
      hostname: address.hostname,
      path: address.pathname,
      query: queryOf(address),
      headers: { ...Object.fromEntries(given), host: address.host },
      ...(body !== undefined && { body }),
    })
    const { host: _, ...sent } = signed.headers
    const init = { method, headers: sent, redirect: 'manual' as const }
    return fetch(address, { ...init, ...(body !== undefined && { body }) })
  }
}

/** Repeated parameters as lists. */
const queryOf = ({ searchParams }: URL) =>
  Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]),
  )

import { type CheckPorts, checkDomain } from '#shared/domains/check-domain.ts'
import { documentFetcher } from '#shared/net/fetch-document.ts'
import { networkOf } from '#shared/net/network.ts'
import { txtResolver } from '#shared/net/txt-resolver.ts'

const asking = {
  resolveTxt: txtResolver(process.env),
  fetchDocument: documentFetcher(networkOf(process.env)),
}

type Stored = Pick<CheckPorts, 'store' | 'calls'>
type Checked = Parameters<typeof checkDomain>

/** Looks for the proof of a domain by DNS and on web servers, as this function may. */
export const check = (stored: Stored, target: Checked[1], methods: Checked[2]) =>
  checkDomain({ ...stored, ...asking }, target, methods)

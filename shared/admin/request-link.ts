import { isIPv6 } from 'node:net'
import { sha256 } from '../secrets.ts'
import { foldEmail } from '../users/email.ts'
import type { CallCounter } from './rate-limit.ts'

/** What a stranger may ask us to mail to an address. */
export type LinkWish = 'sign-in-link' | 'break-glass-confirm'

/** Times are epoch seconds. */
export type LinkRequest = { email: string; wish: LinkWish; at: number; expiresAt: number }

export type LinkRequests = {
  /** Keeps the wish for what sends mails, and nothing else: nobody is looked up here. */
  save(request: LinkRequest): Promise<void>
}

const HOUR_SECONDS = 3600
const LIFETIME_SECONDS = 15 * 60
/** In an hour. */
const MOST = { address: 5, network: 30 }

type Asked = { email: string; wish: LinkWish; sourceIp: string; now: number }
type Ports = { counter: CallCounter; requests: LinkRequests }

/**
 * Takes the wish for a mail. Nothing here depends on whose address it is, so nobody can find out
 * who administers what (R17); the answer is the same where there were too many.
 *
 * @returns whether it is passed on, for the log
 */
export async function requestLink(
  { counter, requests }: Ports,
  { email, wish, sourceIp, now }: Asked,
): Promise<'taken' | 'too_many'> {
  const address = foldEmail(email)
  const start = now - (now % HOUR_SECONDS)
  const count = (name: string, value: string) =>
    counter.count(`${name}#${sha256(value)}#${start}`, start + 2 * HOUR_SECONDS)
  const [byAddress, byNetwork] = await Promise.all([
    count('link-address', address),
    count('link-network', networkOf(sourceIp)),
  ])
  if (byAddress > MOST.address || byNetwork > MOST.network) return 'too_many'
  await requests.save({ email: address, wish, at: now, expiresAt: now + LIFETIME_SECONDS })
  return 'taken'
}

/** Who has one address of IPv6 has all that begin with the same 64 bits. */
function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined
      ? []
      : Array<string>(8)
          .fill('0')
          .slice(groups.length + rest.length)
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

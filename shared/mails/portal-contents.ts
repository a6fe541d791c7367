import type { TraceId } from '../ids.ts'
import type { AlertKind } from '../portals/types.ts'
import { letter, time } from './letter.ts'
import type { Content } from './types.ts'

type Alert = {
  organization: string
  label: string
  product: string
  kind: AlertKind
  at: number
  traceId?: TraceId
}

/** What was noticed, and what it mostly is. */
const texts: Record<AlertKind, (by: string) => readonly [string, string]> = {
  replay: (by) => [
    `a login token that had been used came again. A portal had got it ${by}. It was refused.`,
    'A login token is good for one use: who comes with it again may have found it in a log, in a history or on its way. It can also be that a product asks twice.',
  ],
  other_host: (by) => [
    `a login token came to another host than the one that it was for. A portal had got it ${by}. It was refused.`,
    'The product may have been reached at an address that the SSO token does not name, or somebody has taken the login token there.',
  ],
  odd_ratio: (by) => [
    `we saw that fewer than half of the login tokens which a portal had got ${by} within an hour were redeemed.`,
    'Mostly the portal asks for one whenever it shows a page, not when somebody follows a link. It can also be that somebody else has the secret, and tries whom it lets in.',
  ],
  every_page: (by) => [
    `we saw that a portal seems to ask for a login token ${by} whenever it shows a page.`,
    'It should ask when somebody follows a link: a login token is good for 20 seconds only.',
  ],
}

/** Of an alert: what, when, and what to do. */
export function ssoTokenAlert({ organization, label, product, ...alert }: Alert): Content {
  const by = `by the SSO token ${label} of ${organization}, for ${product}`
  const [what, why] = texts[alert.kind](by)
  return letter({
    subject: `Look at the SSO token ${label}`,
    paragraphs: [`At ${time(alert.at)} ${what}`, why],
    ending: [
      ...(alert.traceId === undefined ? [] : [`The trace is ${alert.traceId}.`]),
      'The administration shows what became of its login tokens. If its secret may be known to others, remove the SSO token at once, and make another one for the portal.',
    ],
  })
}

import { log } from '../log.ts'
import { toSeconds } from '../time.ts'
import type { AlertStore } from './alerts.ts'
import type { Issued } from './issue-login.ts'

/** Login tokens for one person in five minutes: more than that no person opens links. */
const MANY = 10

/**
 * Whether a portal should be told that it asks too often: it seems to ask on every page that it
 * draws instead of when a link is opened. Its admins are told once a day.
 */
export async function adviseEveryPage(
  alerts: AlertStore,
  { login, count }: Pick<Issued, 'login' | 'count'>,
  nowMs: number,
): Promise<boolean> {
  if (count <= MANY) return false
  const { orgId, ssoTokenId: id } = login
  if (count > MANY + 1) return true
  const noticed = { at: toSeconds(nowMs), actor: `sso-token:${id}` }
  await alerts.raise({ orgId, id }, 'every_page', noticed).catch((error: unknown) => {
    log.error('sso_alert_not_raised', error, { ssoTokenId: id }) // nobody may be kept out by it
  })
  return true
}

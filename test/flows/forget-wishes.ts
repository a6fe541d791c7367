import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { sha256 } from '#shared/secrets.ts'
import { tables } from '#test/stores/tables.ts'

/** All tests ask for mails from one address: what they have asked for so far counts no more. */
export async function forgetWishes() {
  const { ephemeral, remove } = await tables()
  const now = Math.floor(Date.now() / 1000)
  const hour = now - (now % 3600)
  const key = `link-network#${sha256('127.0.0.1')}#${hour}`
  await remove(ephemeral, ephemeralKeys.rate(key))
}

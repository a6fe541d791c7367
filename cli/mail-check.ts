import { GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import type { Finding } from '#shared/operations/examine.ts'

/** Whether SES sends for an address, asked with the operator's credentials. */
export async function examineSender(from: string): Promise<Finding> {
  const check = `mails from ${from}`
  const EmailIdentity = from.split('@').at(-1) ?? ''
  try {
    const ses = new SESv2Client({ maxAttempts: 2 })
    const found = await ses.send(new GetEmailIdentityCommand({ EmailIdentity }))
    if (found.VerifiedForSendingStatus) return { check, status: 'ok', detail: 'verified' }
    const detail = `${EmailIdentity} is not verified`
    return { check, status: 'fail', detail, advice: 'put its DKIM records into DNS (SES console)' }
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error)
    const isUnknown = reason === 'NotFoundException'
    const detail = isUnknown
      ? `SES does not know ${EmailIdentity}`
      : `your credentials do not tell (${reason})`
    const advice = isUnknown
      ? 'create the identity in SES, or deploy with -c mailFrom=…'
      : 'ask with a role that may read identities of SES'
    return { check, status: isUnknown ? 'fail' : 'warn', detail, advice }
  }
}

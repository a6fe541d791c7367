import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import type { Mailer } from '../mails/ports.ts'

/** Nobody waits for a mail as for an answer: two attempts, and the stream brings it again. */
const ses = new SESv2Client({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 },
})

/**
 * SES says so of this mail, whenever it is sent.
 *
 * Source: Amazon SES API v2, SendEmail, "Errors".
 */
const permanent = ['MessageRejected', 'BadRequestException']

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' })

/** Sends mails from one address. */
export const sesMailer = (from: string): Mailer => ({
  async send({ to, subject, text, html }) {
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
      },
    })
    try {
      await ses.send(command)
      return 'sent'
    } catch (error) {
      if (error instanceof Error && permanent.includes(error.name)) return 'rejected'
      throw error
    }
  },
})

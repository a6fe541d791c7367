import { setTimeout } from 'node:timers/promises'
import { runningStack } from './running-stack.ts'

/** A mail as the local SES keeps it. */
export type ReceivedMail = {
  from: string
  destination: { to: string[] }
  subject: string
  body: { text: string; html: string }
}

/** All mails to an address, the oldest first. */
export async function mailsTo(address: string): Promise<ReceivedMail[]> {
  const { stack } = await runningStack()
  const stored = await fetch(`${stack.mailUrl}/store`)
  const { emails } = (await stored.json()) as { emails: ReceivedMail[] }
  return emails.filter(({ destination }) => destination.to.includes(address))
}

/** Waits for the mails to an address to be so many, for a minute at most. */
export async function waitForMails(address: string, count = 1): Promise<ReceivedMail[]> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const mails = await mailsTo(address)
    if (mails.length >= count) return mails
    await setTimeout(50)
  }
  throw new Error(`${address} has not got ${count} mails`)
}

/** The address that a mail asks to open. */
export function linkIn({ body }: ReceivedMail): URL {
  const [url = ''] = /https?:\/\/\S+/.exec(body.text) ?? []
  return new URL(url)
}

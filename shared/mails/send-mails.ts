import type { MailId } from '../ids.ts'
import { log } from '../log.ts'
import type { Draft } from './notices.ts'
import type { LinkKeeper, MailDirectory, Mailer, SentMails } from './ports.ts'
import { draftLetters, type Wish } from './write-letters.ts'

export type MailPorts = {
  directory: MailDirectory
  links: LinkKeeper
  sent: SentMails
  mailer: Mailer
  publicUrl: string
}

/** A wish, and where it stands in the stream. */
export type StreamedWish = Wish & { sequenceNumber: string }

/** Longer than the stream would bring a change again. */
const REMEMBERED_SECONDS = 2 * 24 * 3600

/**
 * Sends the mails that changes ask for, each to each person once, unless it is lost between the
 * mail and the note of it: then once more.
 *
 * @param now epoch seconds
 * @returns where to go on later, if one could not be sent
 */
export async function sendMails(
  ports: MailPorts,
  wishes: readonly StreamedWish[],
  now: number,
): Promise<string | undefined> {
  for (const wish of wishes) {
    try {
      await sendMail(ports, wish, now)
    } catch (error) {
      log.error('mail_failed', error, { mailId: wish.mail.id, kind: wish.mail.kind })
      return wish.sequenceNumber
    }
  }
  return undefined
}

async function sendMail(ports: MailPorts, wish: Wish, now: number) {
  const { directory, publicUrl } = ports
  for (const draft of await draftLetters({ directory, publicUrl, now }, wish)) {
    await sendDraft(ports, wish.mail.id, { draft, kind: wish.mail.kind, now })
  }
}

type Sending = { draft: Draft; kind: string; now: number }

/** The link is kept before the mail goes: a mail never has one that opens nothing. */
async function sendDraft(
  { links, sent, mailer }: MailPorts,
  mailId: MailId,
  { draft: { recipient, to, write }, kind, now }: Sending,
) {
  if (await sent.has(mailId, recipient)) return
  const { content, link } = write()
  if (link) await links.save(link)
  const outcome = await mailer.send({ ...content, to })
  await sent.add(mailId, recipient, now + REMEMBERED_SECONDS)
  log.info(outcome === 'sent' ? 'mail_sent' : 'mail_rejected', { mailId, kind, recipient })
}

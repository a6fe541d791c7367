import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { MailedLink } from '../admin/mailed-link.ts'
import type { LinkRequests } from '../admin/request-link.ts'
import type { LinkKeeper, SentMails } from '../mails/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { mail } from './mail-attribute.ts'

/** Wishes for mails: items that live as long as the wish, for the stream that carries them. */
export const dynamoLinkRequests = (directory: string): LinkRequests => ({
  async save({ email, wish, at, expiresAt }) {
    const wanted = mail(wish, at)
    const Item = toItem({ ...directoryKeys.linkRequest(wanted.id), email, mail: wanted, expiresAt })
    await dynamo.send(new PutItemCommand({ TableName: directory, Item }))
  },
})

type StoredLink = Omit<MailedLink, 'handle' | 'isUsed' | 'endsAt'> & {
  pk: string
  usedAt?: number
  expiresAt: number
}

export function linkOf(handle: string, item: object | undefined): MailedLink | undefined {
  if (!item) return undefined
  const { pk: _, usedAt, expiresAt: endsAt, ...rest } = item as StoredLink
  return { ...rest, handle, endsAt, isUsed: usedAt !== undefined }
}

/** Mailed links, by the hash of their secret. */
export const dynamoLinks = (ephemeral: string): LinkKeeper => ({
  async save({ handle, endsAt, isUsed: _, ...rest }) {
    const Item = toItem({ ...ephemeralKeys.link(handle), ...rest, expiresAt: endsAt })
    await dynamo.send(new PutItemCommand({ TableName: ephemeral, Item }))
  },
})

export const dynamoSentMails = (ephemeral: string): SentMails => ({
  async has(id, recipient) {
    const key = ephemeralKeys.sentMail(id, recipient)
    const [found] = await readItems([{ table: ephemeral, key }])
    return found !== undefined
  },
  async add(id, recipient, expiresAt) {
    const Item = toItem({ ...ephemeralKeys.sentMail(id, recipient), expiresAt })
    await dynamo.send(new PutItemCommand({ TableName: ephemeral, Item }))
  },
})

import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { dynamoLinks, dynamoSentMails } from '#shared/aws/link-store.ts'
import { dynamoMailDirectory } from '#shared/aws/mail-directory.ts'
import { wishesOf } from '#shared/aws/mail-records.ts'
import { sesMailer } from '#shared/aws/ses-mailer.ts'
import { readEnv } from '#shared/http/env.ts'
import { type MailPorts, sendMails } from '#shared/mails/send-mails.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'

export const sendWanted =
  (ports: MailPorts & { now: () => number }) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const resumeAt = await sendMails(ports, wishesOf(Records), toSeconds(ports.now()))
    return { batchItemFailures: resumeAt === undefined ? [] : [{ itemIdentifier: resumeAt }] }
  }

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, MAIL_FROM, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'MAIL_FROM',
  'PUBLIC_URL',
)
export const handler = sendWanted({
  directory: dynamoMailDirectory(DIRECTORY_TABLE),
  links: dynamoLinks(EPHEMERAL_TABLE),
  sent: dynamoSentMails(EPHEMERAL_TABLE),
  mailer: sesMailer(MAIL_FROM),
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
})

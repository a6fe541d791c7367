import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { dynamoAccess } from '#shared/aws/access-store.ts'
import { dynamoPeople } from '#shared/aws/people-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { groupReads } from '#shared/aws/scim-following-reads.ts'
import { sendWork } from '#shared/aws/work-queue.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'
import { type FollowPorts, followAccess } from '#shared/scim/following/follow-access.ts'
import type { AccessWork } from '#shared/scim/following/work.ts'
import { epochMilliseconds } from '#shared/time.ts'

type Ports = FollowPorts & { now: () => number }

/** Of the 60 seconds that it has. */
const ENOUGH_MS = 30_000

export const follow =
  ({ now, ...ports }: Ports) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const nowMs = now()
    const isLate = () => now() - nowMs > ENOUGH_MS
    const batchItemFailures: SQSBatchItemFailure[] = []
    for (const { messageId, body } of Records) {
      try {
        const work = JSON.parse(body) as AccessWork // nobody but us sends to this queue
        await followAccess(ports, work, { nowMs, isLate })
      } catch (error) {
        log.error('access_not_followed', error, { messageId })
        batchItemFailures.push({ itemIdentifier: messageId })
      }
    }
    log.info('access_followed', { count: Records.length - batchItemFailures.length })
    return { batchItemFailures }
  }

const { DIRECTORY_TABLE, ACCESS_QUEUE_URL } = readEnv('DIRECTORY_TABLE', 'ACCESS_QUEUE_URL')
export const handler = follow({
  rules: dynamoRules(DIRECTORY_TABLE),
  people: dynamoPeople(DIRECTORY_TABLE),
  access: dynamoAccess(DIRECTORY_TABLE),
  groups: groupReads(DIRECTORY_TABLE),
  goOn: (work) => sendWork(ACCESS_QUEUE_URL, [work]),
  now: epochMilliseconds,
})

import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { clientSettings } from './client-settings.ts'

const sqs = new SQSClient(clientSettings)

/** As many messages as one call takes (Amazon SQS, SendMessageBatch). */
const MOST_A_CALL = 10

/**
 * Puts work into a standard queue: in no order, and once more where a call was repeated.
 *
 * @throws where the queue did not take all of it
 */
export async function sendWork(queueUrl: string, work: readonly object[]): Promise<void> {
  for (let start = 0; start < work.length; start += MOST_A_CALL) {
    const Entries = work.slice(start, start + MOST_A_CALL).map((one, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(one), // ids and names of actors: all of it is ASCII
    }))
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
    )
    if (Failed.length > 0) throw new Error(`SQS took all but ${Failed.length} messages`)
  }
}

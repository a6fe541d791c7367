import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Seeded } from '#local/seed/seed-answer.ts'
import type { Person } from './people.ts'
import type { Stage } from './play-sign-in.ts'

type Event = {
  specversion: string
  id: string
  type: string
  source: string
  data: { email?: string }
}

/** What a play makes happen: the stack is seeded, and people sign in for the first time. */
const expectedTypes = [
  'latchkey.api-key.created.v1',
  'latchkey.domain.verified.v1',
  'latchkey.identity-provider.created.v1',
  'latchkey.organization.created.v1',
  'latchkey.sign-in.succeeded.v1',
  'latchkey.sign-in.succeeded.v1',
  'latchkey.user.created.v1',
  'latchkey.user.created.v1',
]

/** Reads the queue that products read. */
export async function playEvents(
  { checks }: Stage,
  { url, aws }: Seeded,
  people: readonly [Person, Person],
) {
  checks.step('Products learn what happened')
  checks.hop(`Receive from ${aws.provisioningQueueUrl}`)
  const { accessKeyId, secretAccessKey } = aws
  const sqs = new SQSClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId, secretAccessKey },
  })
  const events = await receiveAll(sqs, aws.provisioningQueueUrl)
  sqs.destroy()
  checks.equal('the events are', inOrder(events.map(({ type }) => type)), expectedTypes)
  const users = events.filter(({ type }) => type === 'latchkey.user.created.v1')
  const emails = inOrder(users.map(({ data }) => data.email ?? ''))
  checks.equal('the users that they tell of are', emails, inOrder(people.map(({ email }) => email)))
  checks.equal('no two have the same id:', new Set(events.map(({ id }) => id)).size, events.length)
  const isGood = events.every((one) => one.specversion === '1.0' && one.source === url)
  checks.equal('all are CloudEvents 1.0 of this deployment:', isGood, true)
}

/** Order is kept for each subject only. */
const inOrder = (texts: readonly string[]) => texts.toSorted((a, b) => (a < b ? -1 : 1))

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<Event[]> {
  const events: Event[] = []
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) return events
    for (const { Body = '', ReceiptHandle } of Messages) {
      events.push(JSON.parse(Body) as Event) // checked below
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  }
}

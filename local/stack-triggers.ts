import { join } from 'node:path'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Invoke } from '#local/lambda/lambda-protocol.ts'
import type { EventSource, Template } from '#local/template/template.ts'
import { fileCheckpoints, memoryCheckpoints } from '#local/triggers/checkpoints.ts'
import { startQueueTrigger } from '#local/triggers/queue-trigger.ts'
import { type ScheduleTrigger, startScheduleTrigger } from '#local/triggers/schedule-trigger.ts'
import { type StreamTrigger, startStreamTrigger } from '#local/triggers/stream-trigger.ts'

type Settings = {
  template: Template
  /** URLs of the services themselves: AWS does not count or check what it does on its own. */
  dynamodb: string
  sqs: string
  streamArns: ReadonlyMap<string, string>
  invoke: Invoke
  /** The folder in which positions in streams are kept; without it they live in memory. */
  checkpoints: string | undefined
  onLog: (line: { functionName: string; text: string }) => void
}

export type Triggers = {
  /** Resolves when functions are done with all changes that tables have seen so far. */
  idle: () => Promise<void>
  /** Invokes a function that has a schedule, out of turn; rejects if it fails. */
  runSchedule: (functionName: string) => Promise<void>
  stop: () => Promise<void>
}

/** Starts what invokes functions on changes of tables and on messages in queues. */
export function startTriggers(settings: Settings): Triggers {
  const { template, dynamodb, sqs } = settings
  const { region } = template.place
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const clients = {
    streams: new DynamoDBStreamsClient({ endpoint: dynamodb, region, credentials }),
    sqs: new SQSClient({ endpoint: sqs, region, credentials }),
  }
  const streams: StreamTrigger[] = []
  const stops: (() => Promise<void>)[] = []
  for (const source of template.eventSources) {
    const common = { invoke: settings.invoke, sqs: clients.sqs, onError: logging(source, settings) }
    if (source.kind === 'queue') {
      stops.push(startQueueTrigger({ ...common, source }).stop)
      continue
    }
    const streamArn = settings.streamArns.get(source.tableName)
    if (!streamArn) throw new Error(`Table ${source.tableName} has no stream`)
    const checkpoints = checkpointsOf(source, settings.checkpoints)
    const trigger = startStreamTrigger({ ...common, ...clients, source, streamArn, checkpoints })
    streams.push(trigger)
    stops.push(trigger.stop)
  }
  const schedules = startSchedules(settings)
  stops.push(...[...schedules.values()].map(({ stop }) => stop))
  return {
    runSchedule: (functionName) => runOne(schedules, functionName),
    async idle() {
      await Promise.all(streams.map((trigger) => trigger.idle()))
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()))
      clients.streams.destroy()
      clients.sqs.destroy()
    },
  }
}

function startSchedules({ template, invoke }: Settings): ReadonlyMap<string, ScheduleTrigger> {
  const { place } = template
  return new Map(
    template.schedules.map((schedule) => [
      schedule.functionName,
      startScheduleTrigger({ schedule, place, invoke }),
    ]),
  )
}

async function runOne(schedules: ReadonlyMap<string, ScheduleTrigger>, functionName: string) {
  const trigger = schedules.get(functionName)
  if (!trigger) throw new Error(`No schedule invokes ${functionName}`)
  const result = await trigger.run()
  if ('error' in result) throw new Error(`${functionName}: ${result.error.errorMessage}`)
}

const logging =
  ({ functionName }: EventSource, { onLog }: Settings) =>
  (error: unknown) =>
    onLog({ functionName, text: `trigger: ${error instanceof Error ? error.message : error}` })

const checkpointsOf = (
  { functionName, tableName }: { functionName: string; tableName: string },
  folder: string | undefined,
) =>
  folder ? fileCheckpoints(join(folder, `${functionName}-${tableName}.json`)) : memoryCheckpoints()

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalKms, startKms } from '#local/kms/server.ts'
import { type LocalDynamodb, startDynamodb } from '#local/services/dynamodb.ts'
import { type LocalSes, startSes } from '#local/services/ses.ts'
import { type LocalSqs, startSqs } from '#local/services/sqs.ts'
import { synthesize } from '#local/template/synthesize.ts'

/** Where the stack pretends to be; fauxqs knows no other account. */
export const location = { region: 'us-east-1', accountId: '000000000000' } as const

/** What functions use, and the folder of templates and bundles. */
export type Services = {
  dynamodb: LocalDynamodb
  kms: LocalKms
  ses: LocalSes
  sqs: LocalSqs
  assembly: string
}

type Settings = {
  /** Takes what is generated and, if data is kept, the data. */
  folder: string
  isKept: boolean
  /** A folder that has been synthesized before. */
  assembly: string | undefined
}

type Stoppable = { stop: () => Promise<void> }

/**
 * Starts the services and synthesizes the templates, all side by side. They end with `parts`, also
 * those that were still starting when another one failed.
 */
export async function startServices(
  { folder, isKept, assembly }: Settings,
  parts: AsyncDisposableStack,
): Promise<Services> {
  function owned<Part extends Stoppable>(starting: Promise<Part>): Promise<Part> {
    const stop = (part: Part) => part.stop()
    parts.defer(() => starting.then(stop, () => {}))
    return starting
  }
  const synthesizing = Promise.resolve(assembly ?? synthesizeAfresh(join(folder, 'assembly')))
  parts.defer(() => synthesizing.then(() => {}).catch(() => {}))
  const { region } = location
  const [dynamodb, kms, ses, sqs, templates] = await Promise.all([
    owned(startDynamodb(isKept ? { folder: join(folder, 'dynamodb') } : {})),
    owned(startKms({ ...location, ...(isKept && { file: join(folder, 'keys.json') }) })),
    owned(startSes()),
    owned(startSqs({ region, ...(isKept && { folder: join(folder, 'sqs') }) })),
    synthesizing,
  ])
  return { dynamodb, kms, ses, sqs, assembly: templates }
}

/** Without the bundles of earlier starts, which CDK would leave there. */
function synthesizeAfresh(folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  return synthesize(folder)
}

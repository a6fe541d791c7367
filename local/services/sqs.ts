import type { buildApp } from 'fauxqs'

type SqsOptions = {
  /** Where queues and messages are kept; without it they live in memory. */
  folder?: string
  region: string
}

export type LocalSqs = { url: string; stop: () => Promise<void> }

/**
 * Starts an SQS endpoint on a free port of 127.0.0.1. Queues and messages outlive a restart; the
 * five minutes in which a deduplication id counts do not.
 *
 * fauxqs 2.4.1 can either keep data (`startFauxqs`, which listens on all interfaces) or listen where
 * it is told (`buildApp`). To have both, its stores are put together here as `startFauxqs` does.
 */
export async function startSqs({ folder, region }: SqsOptions): Promise<LocalSqs> {
  const { buildApp } = await import('fauxqs')
  const stores = await newStores()
  const persistence = folder ? await persist(stores, folder) : undefined
  const app = buildApp({ logger: false, defaultRegion: region, stores })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    async stop() {
      await app.close()
      persistence?.close()
    },
  }
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>

async function newStores(): Promise<Stores> {
  const [sqs, sns, s3] = await Promise.all([
    internal<{ SqsStore: new () => Stores['sqsStore'] }>('./sqs/sqsStore.js'),
    internal<{ SnsStore: new () => Stores['snsStore'] }>('./sns/snsStore.js'),
    internal<{ S3Store: new () => Stores['s3Store'] }>('./s3/s3Store.js'),
  ])
  return {
    sqsStore: new sqs.SqsStore(),
    snsStore: new sns.SnsStore(),
    s3Store: new s3.S3Store(),
  }
}

/** The stores are filled before they are told where to write, or they would write it all again. */
async function persist({ sqsStore, snsStore }: Stores, folder: string) {
  const { PersistenceManager } = await internal<{
    PersistenceManager: new (folder: string) => NonNullable<Stores['sqsStore']['persistence']>
  }>('./persistence.js')
  const persistence = new PersistenceManager(folder)
  persistence.loadSqsAndSns(sqsStore, snsStore)
  sqsStore.persistence = persistence
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence
  return persistence
}

/** Imports a module that the package does not export; by URL, which its export map cannot forbid. */
const internal = async <Module>(path: string): Promise<Module> =>
  (await import(new URL(path, import.meta.resolve('fauxqs')).href)) as Module

import { seedStack } from '#local/seed/seed.ts'
import { readSeed } from '#local/seed/seed-reader.ts'
import { type RecordedSeed, type SeedRecord, seedRecord } from '#local/seed/seed-record.ts'
import { startStack } from '#local/stack.ts'

// Seeds one stack several times and prints what came of it. A process of its own, because the SDK
// client of shared/aws belongs to the first stack of its process. Its argument is the file in which
// seeds are remembered; the seed's template comes in the environment.

const seed = (name: string, domain: string, entityId: string) => {
  const text = (process.env['SEED'] ?? '')
    .replaceAll('<name>', name)
    .replaceAll('<domain>', domain)
    .replaceAll('<entity-id>', entityId)
  const read = readSeed(JSON.parse(text), '.')
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value
}

/** Remembers all but the end of a seeding, as after a crash. */
function interrupted(record: SeedRecord): SeedRecord {
  const open = (recorded: RecordedSeed | undefined) => recorded && { ...recorded, isApplied: false }
  return { ...record, find: (hash) => open(record.find(hash)) }
}

/** The labels of the keys that an organization lists to its own key. */
async function listedKeys(seeded: Awaited<ReturnType<typeof seedStack>>) {
  const [{ id = '', apiKey = '' } = {}] = seeded.ok ? seeded.value.organizations : []
  const response = await fetch(`${stack.url}/orgs/${id}/api-keys`, {
    headers: { authorization: `Bearer ${apiKey}` },
  })
  const { apiKeys } = (await response.json()) as { apiKeys: { label: string }[] }
  return apiKeys.map(({ label }) => label)
}

const [, , file = ''] = process.argv
await using stack = await startStack({ port: 0, memory: true, onLog: () => {} })
const acme = seed('acme', 'acme.example', 'https://idp.acme.example')
const outcomes = {
  first: await seedStack(stack, acme, seedRecord(file)),
  again: await seedStack(stack, acme, seedRecord(file)),
  afterCrash: await seedStack(stack, acme, interrupted(seedRecord(file))),
  other: await seedStack(
    stack,
    seed('other', 'other.example', 'https://idp.other.example'),
    seedRecord(file),
  ),
  conflicting: await seedStack(
    stack,
    seed('third', 'acme.example', 'https://idp.acme.example'),
    seedRecord(file),
  ),
  unrelated: await seedStack(stack, acme, seedRecord()),
}
const keys = await listedKeys(outcomes.first)
await stack.idle()
process.stdout.write(JSON.stringify({ ...outcomes, keys }))

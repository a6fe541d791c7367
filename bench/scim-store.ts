import type { Metered } from './metered-dynamo.ts'
import { startTables } from './scim-tables.ts'

export type Sizes = { users: number; members: number }

export const SMALL: Sizes = { users: 1000, members: 0 }

type Costs = { operation: string; small: Metered; large: Metered; ratio: number }

/**
 * What requests ask of DynamoDB in a small directory and in a large one: the functions' own handlers
 * in this process, with a DynamoDB Local of their own, which ends with it.
 */
export async function measureStore(large: Sizes) {
  await using tables = await startTables()
  // Clients read their environment when they are made.
  const [{ fillDirectory }, { meterDynamo }, { storeOperations }] = await Promise.all([
    import('./scim-fill.ts'),
    import('./metered-dynamo.ts'),
    import('./scim-requests.ts'),
  ])
  const few = await fillDirectory(tables.directory, SMALL)
  const startedAt = performance.now()
  const many = await fillDirectory(tables.directory, large)
  const fillSeconds = Math.round((performance.now() - startedAt) / 1000)
  const measure = meterDynamo()
  const { info } = console
  console.info = () => undefined // the functions' log
  const figures: Costs[] = []
  for (const { name, run } of storeOperations) {
    const inSmall = await measure((at) => run(few, at))
    const inLarge = await measure((at) => run(many, at))
    figures.push({
      operation: name,
      ...{ small: inSmall, large: inLarge, ratio: ratioOf(inSmall, inLarge) },
    })
  }
  console.info = info
  return { fillSeconds, figures }
}

/** The worst one of all figures. */
const ratioOf = (small: Metered, large: Metered) =>
  Math.max(
    ...(['calls', 'rounds', 'readUnits', 'writeUnits'] as const).map((figure) =>
      small[figure] === 0
        ? large[figure] === 0
          ? 1
          : Number.POSITIVE_INFINITY
        : large[figure] / small[figure],
    ),
  )

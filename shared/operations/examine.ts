/** What a check found, and what to do about it. */
export type Finding = {
  check: string
  status: 'ok' | 'warn' | 'fail'
  detail: string
  advice?: string
}

export type Depth = { waiting: number; inFlight: number }

/** What can be asked without rights beyond those of any other function. */
export type Deployment = {
  readTables(): Promise<{ products: number }>
  /** By what a key is for. */
  keys: Readonly<Record<string, () => Promise<unknown>>>
  provisioning(): Promise<Depth>
  deadLetters(): Promise<Depth>
  relayFailures(): Promise<Depth>
  accessDeadLetters(): Promise<Depth>
}

/** More than consumers take in some minutes. */
const MANY_WAITING = 10_000

/** Looks at a deployment from inside; what fails is a finding, not an error. */
export async function examine(deployment: Deployment): Promise<Finding[]> {
  const { keys } = deployment
  const found = await Promise.all([
    attempt('tables', () => examineTables(deployment)),
    ...Object.entries(keys).map(([name, use]) =>
      attempt(`key ${name}`, async () => {
        await use()
        return { status: 'ok', detail: 'can be used' }
      }),
    ),
    attempt('provisioning queue', () => examineQueue(deployment)),
    attempt('dead letters', () =>
      none(deployment.deadLetters, 'once consumers are mended: latchkey events redrive'),
    ),
    attempt('changes not followed', () =>
      none(deployment.relayFailures, 'see latchkey events failures, and the log of that function'),
    ),
    attempt('access that could not follow', () =>
      none(
        deployment.accessDeadLetters,
        'see the log of scim-access; once it is mended: redrive AccessDeadLetters in SQS',
      ),
    ),
  ])
  return found
}

type Found = Omit<Finding, 'check'>

async function attempt(check: string, examination: () => Promise<Found>): Promise<Finding> {
  try {
    return { check, ...(await examination()) }
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { check, status: 'fail', detail, advice: 'see the log of operator-doctor' }
  }
}

async function examineTables({ readTables }: Deployment): Promise<Found> {
  const { products } = await readTables()
  const detail = `can be read; ${products} products`
  return products > 0
    ? { status: 'ok', detail }
    : { status: 'warn', detail, advice: 'nobody can sign in before there is a product' }
}

async function examineQueue({ provisioning }: Deployment): Promise<Found> {
  const { waiting, inFlight } = await provisioning()
  const detail = `${waiting} waiting, ${inFlight} being taken`
  return waiting < MANY_WAITING
    ? { status: 'ok', detail }
    : { status: 'warn', detail, advice: 'do its consumers run, and fast enough?' }
}

async function none(depth: () => Promise<Depth>, advice: string): Promise<Found> {
  const { waiting, inFlight } = await depth()
  const count = waiting + inFlight
  return count === 0
    ? { status: 'ok', detail: 'none' }
    : { status: 'fail', detail: `${count}`, advice }
}

import { aliasOperations } from './alias-operations.ts'
import { dataKeyOperations } from './data-key-operations.ts'
import { encryptOperations } from './encrypt-operations.ts'
import { type Answer, refuse } from './errors.ts'
import { keyLifeOperations } from './key-life-operations.ts'
import { keyOperations } from './key-operations.ts'
import type { Kms } from './kms.ts'
import { macOperations } from './mac-operations.ts'
import { signOperations } from './sign-operations.ts'
import type { Operation } from './wire.ts'

// A Map, since a plain object would also find `constructor`.
const OPERATIONS = new Map<string, Operation>(
  Object.entries({
    ...aliasOperations,
    ...dataKeyOperations,
    ...encryptOperations,
    ...keyLifeOperations,
    ...keyOperations,
    ...macOperations,
    ...signOperations,
  }),
)

const TARGET_PREFIX = 'TrentService.'

/** Members that change what a request means: refused, since to pass them over would mislead. */
const UNAVAILABLE_MEMBERS = ['CustomKeyStoreId', 'DryRun', 'MultiRegion', 'Recipient', 'XksKeyId']

/** Runs the operation that X-Amz-Target names on the JSON text of a request. */
export async function dispatch(kms: Kms, target: string, body: string): Promise<Answer<object>> {
  const run = target.startsWith(TARGET_PREFIX)
    ? OPERATIONS.get(target.slice(TARGET_PREFIX.length))
    : undefined
  if (!run) return refuse('UnknownOperationException')
  const input = parseObject(body)
  if (!input) return refuse('SerializationException', 'The body is not a JSON object.')
  const unavailable = UNAVAILABLE_MEMBERS.find((member) => input[member])
  if (unavailable) {
    return refuse('UnsupportedOperationException', `The local KMS does not have ${unavailable}.`)
  }
  kms.store.removeDeletedKeys(kms.now())
  return await run(kms, input)
}

/** Null members count as left out, as in AWS's own JSON protocols. */
function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body, (_, member) => member ?? undefined)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

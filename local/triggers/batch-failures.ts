import * as v from 'valibot'

const Report = v.nullish(
  v.object({
    batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() })), []),
  }),
)

/**
 * Which items of a batch a function reports as failed. An answer that cannot be read, or names an
 * item that is not in the batch, fails them all.
 *
 * Source: AWS Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda"
 * and "Handling errors for an SQS event source in Lambda".
 */
export function failedItems(payload: unknown, identifiers: readonly string[]): ReadonlySet<string> {
  const { success, output } = v.safeParse(Report, payload)
  const all = new Set(identifiers)
  if (!success) return all
  const reported = new Set(output?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  return [...reported].every((identifier) => all.has(identifier)) ? reported : all
}

import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'

export type JsonSchema = Record<string, unknown>

/** Checks and guards of ours have no word in JSON Schema: what they refuse is a 422 as well. */
const settings = {
  target: 'draft-2020-12',
  typeMode: 'input',
  errorMode: 'ignore',
} as const

/** What a schema takes, as OpenAPI 3.1 has it: JSON Schema 2020-12. */
export function jsonSchema(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    ...settings,
    // The one schema of our own kind says that something is an object, no list.
    overrideSchema: ({ valibotSchema }) =>
      valibotSchema.type === 'custom' ? { type: 'object' } : undefined,
  }) as JsonSchema
  return rest
}

import { invalidSyntax, type ScimError } from '../errors.ts'

/**
 * What is wrong with the `schemas` of a body. Which ones a resource has is told by its attributes:
 * OneLogin names only the core, Entra ID one of its own, JSON templates none.
 */
export const schemasFault = (raw: unknown): ScimError | undefined =>
  raw === undefined || raw === null || (Array.isArray(raw) && raw.every(isText))
    ? undefined
    : invalidSyntax('schemas must be a list of URNs')

const isText = (value: unknown) => typeof value === 'string'

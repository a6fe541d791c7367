import type { Attribute } from '../attributes.ts'

/**
 * Forms that connectors send and RFC 7643 does not know, each understood by one function. They read
 * how a value is wrapped and never what it says: texts stay as they were sent, since Entra ID
 * compares and would write again for ever.
 */

/** `"True"`: Entra ID without `aadOptscim062020`, and its validator's roles; `"true"`: OneLogin. */
export function unquotedBoolean(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw
  const text = raw.toLowerCase()
  if (text === 'true') return true
  return text === 'false' ? false : raw
}

/**
 * `null` and `[]` are unassigned (RFC 7643 §2.5). `""`: Okta for middle names that nobody has, Entra
 * ID to take a manager away; `{}`: a complex value without sub-attributes.
 */
export function isUnassigned(raw: unknown): boolean {
  if (raw === undefined || raw === null || raw === '') return true
  if (Array.isArray(raw)) return raw.length === 0
  return typeof raw === 'object' && Object.keys(raw).length === 0
}

/** `[value]` for a value: Entra ID for managers. */
export const unlisted = (raw: unknown): unknown =>
  Array.isArray(raw) && raw.length === 1 ? raw[0] : raw

/** A value for the list that has it only: JSON templates of OneLogin, Entra ID for members. */
export function listed(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw
  return isUnassigned(raw) ? [] : [raw]
}

/** The bare `value` for a complex value: Entra ID for managers and roles. */
export function unfolded(attribute: Attribute, raw: unknown): unknown {
  const hasValue = attribute.subAttributes?.some((sub) => sub.name === 'value')
  return typeof raw === 'string' && hasValue ? { value: raw } : raw
}

/** `managerId` for the manager's `value`: OneLogin. */
export const valueName = (attribute: Attribute, name: string): string =>
  attribute.name === 'manager' && name.toLowerCase() === 'managerid' ? 'value' : name

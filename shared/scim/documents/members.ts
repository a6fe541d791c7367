import { fail, ok, type Result } from '../../result.ts'
import { type Attribute, attributesOf } from '../attributes.ts'
import { invalidValue, type ScimError } from '../errors.ts'
import { groupType } from '../schemas/group.ts'
import { isObject } from './json.ts'
import { readSingle } from './read-value.ts'
import { isUnassigned, listed } from './tolerance.ts'

/** A member as a client names it: there may be nobody of that id. */
export type GivenMember = { value: string; type?: 'User' | 'Group' }

/** Most members that one request may name: so many can be written before it times out. */
export const MAX_MEMBERS = 10_000

/** More than that, in RFC 7644 §3.12's words. */
export const tooManyMembers = {
  status: 413,
  detail: `A request can name ${MAX_MEMBERS} members at most`,
} as const satisfies ScimError

/** As the schema has it. */
export const membersAttribute = membersOf(attributesOf(groupType))

function membersOf(attributes: readonly Attribute[]): Attribute {
  const found = attributes.find(({ name }) => name === 'members')
  if (!found) throw new Error('groups have no attribute members')
  return found
}

/**
 * Reads a list of members, each once. Entra ID sends `"$ref": null`, others a name to show: who it is
 * about is said by `value` alone.
 */
export function readMembers(raw: unknown): Result<readonly GivenMember[], ScimError> {
  const given = listed(raw)
  if (given.length > MAX_MEMBERS) return fail(tooManyMembers)
  const members = new Map<string, GivenMember>()
  for (const one of given) {
    if (isUnassigned(one)) continue
    const member = readMember(one)
    if (!member.ok) return member
    members.set(member.value.value, member.value)
  }
  return ok([...members.values()])
}

function readMember(raw: unknown): Result<GivenMember, ScimError> {
  const read = readSingle(membersAttribute, raw, 'members')
  if (!read.ok) return read
  const { value, type } = isObject(read.value) ? read.value : {}
  if (typeof value !== 'string') return fail(invalidValue('members.value is required'))
  const known = (['User', 'Group'] as const).find((one) => isText(type, one))
  return ok({ value, ...(known && { type: known }) })
}

/** canonicalValues are only suggestions (RFC 7643 §7): a foreign type says nothing. */
const isText = (text: unknown, wanted: string) =>
  typeof text === 'string' && text.toLowerCase() === wanted.toLowerCase()

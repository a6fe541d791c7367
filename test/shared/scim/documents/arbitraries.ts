import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Result } from '#shared/result.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export function success<Value>(result: Result<Value, unknown>): Value {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

export function errorOf<Fault>(result: Result<unknown, Fault>): Fault {
  assert.ok(!result.ok, JSON.stringify(result))
  return result.error
}

/** How long the processor is at work: other processes do not count. */
export function cpuMsOf(work: () => void): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

export const anyBody = fc.jsonValue()

/** Texts that meet each other and what schemas know. */
export const text = fc.constantFrom(
  'a',
  'b',
  'A',
  ' a ',
  'work',
  'home',
  'mobile',
  'True',
  'false',
  'usr_1',
  '',
)
const leaf = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 2, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom(null, 7, [], {}) },
)
const subNames = [
  'value',
  'Type',
  'primary',
  'display',
  '$ref',
  'givenName',
  'familyName',
  'streetAddress',
  'managerId',
  '__proto__',
  'pet',
]
const objectOf = (names: readonly string[], values: fc.Arbitrary<unknown>) =>
  fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 5 }).map((entries) => {
    const object = {}
    for (const [name, value] of entries) {
      Object.defineProperty(object, name, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return object
  })
const inner = objectOf(subNames, leaf)
const outer = objectOf(
  ['department', 'manager', 'Manager', 'costCenter', 'x'],
  fc.oneof(leaf, inner, fc.array(inner, { maxLength: 2 })),
)

/** A value as some connector could send it for one attribute or another. */
export const likelyValue = fc.oneof(
  leaf,
  inner,
  outer,
  fc.array(fc.oneof(inner, leaf), { maxLength: 4 }),
)

export const topNames = [
  'userName',
  'name',
  'NAME',
  'displayName',
  'active',
  'emails',
  'emails.value',
  'phoneNumbers',
  'addresses',
  'roles',
  'title',
  'externalId',
  'name.givenName',
  'members',
  'password',
  'id',
  'groups',
  'meta',
  '__proto__',
  'constructor',
  'urn:x:y',
  ENTERPRISE,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager.value`,
]

/** A body with many attributes of users and groups. */
export const likelyBody = fc
  .tuple(objectOf(topNames, likelyValue), objectOf(topNames, likelyValue), fc.boolean())
  .map(([a, b, isNamed]) => ({
    ...a,
    ...b,
    ...(isNamed && { userName: 'barbara', displayName: 'Babs' }),
  }))

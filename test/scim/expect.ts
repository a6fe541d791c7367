import assert from 'node:assert/strict'

/**
 * Holds what was answered against what a check expects of it: members of an object that are not
 * expected are passed over, lists are compared whole and in order. Instead of a value:
 * `~absent`, `~unassigned` (absent, null or empty), `~string`, `~number`, `~boolean`, `~dateTime`,
 * `~/regular expression/`, `{ '~contains': [...] }` (among others) and `{ '~only': [...] }` (in any
 * order).
 */
export function assertMatches(actual: unknown, expected: unknown, where = 'body'): void {
  if (typeof expected === 'string' && expected.startsWith('~')) {
    assert.ok(isOfKind(actual, expected), `${where}: ${shown(actual)} is not ${expected}`)
  } else if (Array.isArray(expected)) {
    matchesList(actual, expected, where)
  } else if (typeof expected === 'object' && expected !== null) {
    matchesObject(actual, expected as Record<string, unknown>, where)
  } else {
    assert.deepEqual(actual, expected, `${where}: ${shown(actual)} is not ${shown(expected)}`)
  }
}

/** Whether it would pass. */
export function isMatch(actual: unknown, expected: unknown): boolean {
  try {
    assertMatches(actual, expected)
    return true
  } catch {
    return false
  }
}

const shown = (value: unknown) =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 400)

function isOfKind(actual: unknown, kind: string): boolean {
  if (kind === '~absent') return actual === undefined
  if (kind === '~unassigned') return actual === undefined || actual === null || isEmpty(actual)
  if (kind === '~dateTime') return typeof actual === 'string' && isDateTime(actual)
  if (kind.startsWith('~/')) return new RegExp(kind.slice(2, -1), 'v').test(String(actual))
  return `~${typeof actual}` === kind
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0

/** RFC 7643 §2.3.5: xsd:dateTime. */
const isDateTime = (text: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)

function matchesList(actual: unknown, expected: readonly unknown[], where: string) {
  assert.ok(Array.isArray(actual), `${where}: ${shown(actual)} is no list`)
  assert.equal(actual.length, expected.length, `${where}: length of ${shown(actual)}`)
  for (const [index, one] of expected.entries()) {
    assertMatches(actual[index], one, `${where}[${index}]`)
  }
}

function matchesObject(actual: unknown, expected: Record<string, unknown>, where: string) {
  const among = (expected['~contains'] ?? expected['~only']) as readonly unknown[] | undefined
  if (among) {
    matchesAmong(actual, among, where, '~only' in expected)
    return
  }
  assert.ok(typeof actual === 'object' && actual !== null, `${where}: ${shown(actual)}`)
  for (const [name, one] of Object.entries(expected)) {
    assertMatches((actual as Record<string, unknown>)[name], one, `${where}.${name}`)
  }
}

function matchesAmong(actual: unknown, among: readonly unknown[], where: string, isAll: boolean) {
  assert.ok(Array.isArray(actual), `${where}: ${shown(actual)} is no list`)
  for (const one of among) {
    const hit = actual.some((value) => isMatch(value, one))
    assert.ok(hit, `${where}: ${shown(one)} is not in ${shown(actual)}`)
  }
  if (isAll) assert.equal(actual.length, among.length, `${where}: length of ${shown(actual)}`)
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventFilter } from '#local/triggers/filter-pattern.ts'

const matches = (pattern: object, event: unknown) => eventFilter([JSON.stringify(pattern)])(event)

const withImage = { dynamodb: { NewImage: { evt: { M: { id: { S: 'evt_1' } } } } } }
const carriesAnEvent = { dynamodb: { NewImage: { evt: { M: { id: { S: [{ exists: true }] } } } } } }

const table: readonly [name: string, pattern: object, event: unknown, expected: boolean][] = [
  ['a record that carries an event', carriesAnEvent, withImage, true],
  ['a record without one', carriesAnEvent, { dynamodb: { NewImage: { pk: { S: 'a' } } } }, false],
  ['a deletion', carriesAnEvent, { dynamodb: { OldImage: {} } }, false],
  ['an empty pattern', {}, { a: 1 }, true],

  ['equal text', { a: ['x'] }, { a: 'x' }, true],
  ['other text', { a: ['x'] }, { a: 'X' }, false],
  ['one of several', { a: ['x', 'y'] }, { a: 'y' }, true],
  ['a number', { a: [1] }, { a: 1 }, true],
  ['a number as text', { a: [1] }, { a: '1' }, false],
  ['true', { a: [true] }, { a: true }, true],
  ['null', { a: [null] }, { a: null }, true],
  ['null and nothing', { a: [null] }, {}, false],
  ['empty text', { a: [''] }, { a: '' }, true],
  ['no rule at all', { a: [] }, { a: 'x' }, false],
  ['a field of every object', { constructor: [{ exists: true }] }, {}, false],

  ['all fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'y' }, true],
  ['only one of the fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
  ['a nested field of text', { a: { b: ['x'] } }, { a: 'x' }, false],
  ['a list with the value', { a: ['x'] }, { a: ['w', 'x'] }, true],
  ['a list without it', { a: ['x'] }, { a: ['w'] }, false],
  ['a list of objects', { a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],

  ['exists', { a: [{ exists: true }] }, { a: 0 }, true],
  ['exists, null', { a: [{ exists: true }] }, { a: null }, true],
  ['exists, but is missing', { a: [{ exists: true }] }, {}, false],
  ['exists, but has fields of its own', { a: [{ exists: true }] }, { a: { b: 1 } }, false],
  ['exists not', { a: [{ exists: false }] }, {}, true],
  ['exists not, deep', { a: { b: [{ exists: false }] } }, {}, true],
  ['exists not, an empty list', { a: [{ exists: false }] }, { a: [] }, true],
  ['exists not, but is there', { a: [{ exists: false }] }, { a: 'x' }, false],

  ['prefix', { a: [{ prefix: 'user#' }] }, { a: 'user#1' }, true],
  ['another prefix', { a: [{ prefix: 'user#' }] }, { a: 'org#1' }, false],
  ['the prefix of a number', { a: [{ prefix: '1' }] }, { a: 12 }, false],
  ['suffix', { a: [{ suffix: '.png' }] }, { a: 'x.png' }, true],
  ['another suffix', { a: [{ suffix: '.png' }] }, { a: 'x.gif' }, false],
  ['text in another case', { a: [{ 'equals-ignore-case': 'Abc' }] }, { a: 'aBC' }, true],

  ['anything but text', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
  ['anything but this text', { a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
  ['anything but a list', { a: [{ 'anything-but': ['x', 1] }] }, { a: 2 }, true],
  ['anything but one of a list', { a: [{ 'anything-but': ['x', 1] }] }, { a: 1 }, false],
  ['anything but, missing', { a: [{ 'anything-but': 'x' }] }, {}, false],
  ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'yx' }, true],
  ['anything but this prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'xy' }, false],
  ['anything but this suffix', { a: [{ 'anything-but': { suffix: 'x' } }] }, { a: 'yx' }, false],

  ['a number in a range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 5 }, true],
  ['a number at the open end', { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 0 }, false],
  ['an equal number', { a: [{ numeric: ['=', 300] }] }, { a: 300 }, true],
  ['a number at the limit', { a: [{ numeric: ['>=', 1, '<', 2] }] }, { a: 1 }, true],
  ['the text of a number', { a: [{ numeric: ['>', 0] }] }, { a: '5' }, false],

  ['one alternative', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, true],
  ['no alternative', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { a: 'y', b: 'x' }, false],
  ['an alternative and a field', { c: [1], $or: [{ a: ['x'] }] }, { a: 'x', c: 2 }, false],
]
for (const [name, pattern, event, expected] of table) {
  test(`${expected ? 'passes' : 'stops'} ${name}`, () => {
    assert.equal(matches(pattern, event), expected)
  })
}

test('passes everything when there are no patterns', () => {
  assert.equal(eventFilter([])({ a: 1 }), true)
})

test('passes what one of several patterns matches', () => {
  const filter = eventFilter(['{"a":["x"]}', '{"b":["y"]}'])
  assert.equal(filter({ b: 'y' }), true)
  assert.equal(filter({ b: 'x' }), false)
})

const refused: readonly [name: string, pattern: unknown][] = [
  ['an operator it does not know', { a: [{ wildcard: 'x*' }] }],
  ['an operator named like a property of every object', { a: [{ constructor: 'x' }] }],
  ['two operators in one rule', { a: [{ prefix: 'x', suffix: 'y' }] }],
  ['a rule without operator', { a: [{}] }],
  ['exists with text', { a: [{ exists: 'true' }] }],
  ['a prefix that is a number', { a: [{ prefix: 1 }] }],
  ['anything but nothing', { a: [{ 'anything-but': [] }] }],
  ['anything but null', { a: [{ 'anything-but': null }] }],
  ['anything but a number range', { a: [{ 'anything-but': { numeric: ['>', 1] } }] }],
  ['half a comparison', { a: [{ numeric: ['>'] }] }],
  ['a comparison with text', { a: [{ numeric: ['>', '1'] }] }],
  ['an unknown comparison', { a: [{ numeric: ['!=', 1] }] }],
  ['a value outside a list', { a: 'x' }],
  ['alternatives outside a list', { $or: { a: ['x'] } }],
  ['a pattern that is a list', [1]],
]
for (const [name, pattern] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(() => eventFilter([JSON.stringify(pattern)]), /^Error: Filter pattern: /)
  })
}

test('no event makes a filter throw', () => {
  const filter = eventFilter(table.map(([, pattern]) => JSON.stringify(pattern)).slice(1))
  fc.assert(fc.property(fc.anything(), (event) => typeof filter(event) === 'boolean'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Names, resolveIntrinsics } from '#local/template/intrinsics.ts'

const names: Names = {
  ref: (name) => (name === 'AWS::NoValue' ? undefined : `ref-${name}`),
  attribute: (logicalId, attribute) => `${logicalId}'s ${attribute}`,
  importValue: (exportName) => `imported ${exportName}`,
}

const resolved = [
  ['a plain value', 5, 5],
  ['a text that looks like a function', 'Ref', 'Ref'],
  ['Ref', { Ref: 'Table' }, 'ref-Table'],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, "Table's Arn"],
  ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Nested.Outputs.Url' }, "Nested's Outputs.Url"],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 3]] }, 'a-ref-B-3'],
  ['Fn::Select', { 'Fn::Select': ['1', ['a', { Ref: 'B' }]] }, 'ref-B'],
  ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'B' }] }, ['ref', 'B']],
  ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'B' }] }] }, 'B'],
  ['Fn::Sub', { 'Fn::Sub': `\${A}/\${B.Arn}/\${!Literal}` }, `ref-A/B's Arn/\${Literal}`],
  [
    'Fn::Sub with variables',
    { 'Fn::Sub': [`\${A}/\${Given}`, { Given: { Ref: 'G' } }] },
    'ref-A/ref-G',
  ],
  ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': `\${S}:Name` } }, 'imported ref-S:Name'],
  ['values deep inside', { a: [{ b: { Ref: 'C' } }] }, { a: [{ b: 'ref-C' }] }],
  ['AWS::NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ['AWS::NoValue in a list', [1, { Ref: 'AWS::NoValue' }], [1]],
] as const
for (const [name, value, expected] of resolved) {
  test(`resolveIntrinsics resolves ${name}`, () => {
    assert.deepEqual(resolveIntrinsics(value, names), expected)
  })
}

const refused = [
  ['a function it does not know', { 'Fn::Base64': 'x' }, /does not know Fn::Base64/],
  ['an index that is not there', { 'Fn::Select': [2, ['a']] }, /finds no item 2/],
  ['a join of no list', { 'Fn::Join': ['-', 'a'] }, /takes a list/],
  ['a join of one argument', { 'Fn::Join': ['-'] }, /takes two arguments/],
] as const
for (const [name, value, message] of refused) {
  test(`resolveIntrinsics refuses ${name}`, () => {
    assert.throws(() => resolveIntrinsics(value, names), message)
  })
}

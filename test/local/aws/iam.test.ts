import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccessRequest, decide, type Statement } from '#local/aws/iam.ts'

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Directory'

const statement = (changes: Partial<Statement> = {}): Statement => ({
  effect: 'Allow',
  actions: ['dynamodb:GetItem', 'dynamodb:Query'],
  resources: [table],
  conditions: [],
  ...changes,
})
const limitedTo = (...values: string[]) => [
  { operator: 'ForAllValues:StringLike', key: 'dynamodb:LeadingKeys', values },
]
const request = (changes: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 'dynamodb:GetItem',
  resource: table,
  leadingKeys: ['org#1'],
  ...changes,
})

const allowed = [
  ['a listed action on a listed resource', [statement()], request()],
  ['an action in other letters', [statement({ actions: ['DynamoDB:getitem'] })], request()],
  ['an action with a wild card', [statement({ actions: ['dynamodb:Get*'] })], request()],
  [
    'a resource with a wild card',
    [statement({ resources: ['arn:aws:dynamodb:*:table/D?rectory'] })],
    request(),
  ],
  ['a matching partition key', [statement({ conditions: limitedTo('idp#*', 'org#?') })], request()],
  [
    'several partition keys that all match',
    [statement({ conditions: limitedTo('idp#*', 'catalogue') })],
    request({ leadingKeys: ['idp#1', 'catalogue', 'idp#2'] }),
  ],
  [
    'no partition key under a condition on them, as a scan',
    [statement({ conditions: limitedTo('org#*') })],
    request({ leadingKeys: [] }),
  ],
  [
    'what a second statement allows when the first does not',
    [statement({ conditions: limitedTo('idp#*') }), statement({ conditions: limitedTo('org#*') })],
    request(),
  ],
  [
    'what a statement allows beside one that cannot be evaluated',
    [
      statement({
        conditions: [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['true'] }],
      }),
      statement(),
    ],
    request(),
  ],
  [
    'what a deny excludes by its condition',
    [statement(), statement({ effect: 'Deny', conditions: limitedTo('idp#*') })],
    request(),
  ],
] as const
for (const [name, statements, asked] of allowed) {
  test(`decide allows ${name}`, () => {
    assert.equal(decide(statements, asked).allowed, true)
  })
}

const noPolicy = /no identity-based policy allows the dynamodb:\w+ action$/
const denied = [
  ['everything without statements', [], request(), noPolicy],
  ['another action', [statement()], request({ action: 'dynamodb:PutItem' }), noPolicy],
  ['another resource', [statement()], request({ resource: `${table}2` }), noPolicy],
  [
    'an index when only the table is listed',
    [statement()],
    request({ resource: `${table}/index/by-email` }),
    noPolicy,
  ],
  [
    'a resource in other letters',
    [statement({ resources: [table.toUpperCase()] })],
    request(),
    noPolicy,
  ],
  [
    'an action of which a pattern covers only a part',
    [statement({ actions: ['dynamodb:Get'] })],
    request(),
    noPolicy,
  ],
  ['another partition key', [statement({ conditions: limitedTo('idp#*') })], request(), noPolicy],
  [
    'a partition key in other letters',
    [statement({ conditions: limitedTo('ORG#*') })],
    request(),
    noPolicy,
  ],
  [
    'partition keys of which one does not match',
    [statement({ conditions: limitedTo('idp#*') }), statement({ conditions: limitedTo('org#*') })],
    request({ leadingKeys: ['idp#1', 'org#1'] }),
    noPolicy,
  ],
  [
    'partition keys that cannot be told',
    [statement({ conditions: limitedTo('org#*') })],
    request({ leadingKeys: undefined }),
    /cannot evaluate which partition keys dynamodb:GetItem touches/,
  ],
  [
    'an explicit deny beside an allow',
    [statement(), statement({ effect: 'Deny' })],
    request(),
    /explicit deny/,
  ],
  [
    'an operator it does not know',
    [
      statement({
        conditions: [{ operator: 'StringLike', key: 'dynamodb:LeadingKeys', values: ['*'] }],
      }),
    ],
    request(),
    /cannot evaluate the condition StringLike on dynamodb:LeadingKeys/,
  ],
  [
    'a condition key it does not know',
    [
      statement({
        conditions: [
          { operator: 'ForAllValues:StringLike', key: 'dynamodb:Attributes', values: ['*'] },
        ],
      }),
    ],
    request(),
    /cannot evaluate the condition ForAllValues:StringLike on dynamodb:Attributes/,
  ],
  [
    'what a deny with an unknown condition might deny',
    [
      statement(),
      statement({
        effect: 'Deny',
        conditions: [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] }],
      }),
    ],
    request(),
    /explicit deny; local\/iam.ts cannot evaluate the condition Bool on aws:SecureTransport/,
  ],
] as const
for (const [name, statements, asked, reason] of denied) {
  test(`decide denies ${name}`, () => {
    const decision = decide(statements, asked)
    assert.match(decision.allowed ? 'allowed' : decision.reason, reason)
  })
}

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { functionNames } from '#infra/bundle.ts'
import { type Reference, type Resource, resourcesOf } from './synthesis.ts'

type LambdaFunction = {
  Description: string
  Runtime: string
  Architectures: string[]
  Handler: string
  MemorySize: number
  Timeout: number
  Role: Reference
  LoggingConfig: { LogFormat: string; LogGroup: Reference }
  Environment: { Variables: Record<string, unknown> }
}
type Role = {
  ManagedPolicyArns?: unknown
  Policies: { PolicyName: string; PolicyDocument: { Statement: Statement[] } }[]
  AssumeRolePolicyDocument: unknown
}
type Statement = {
  Effect: string
  Action: string | string[]
  Resource: Reference | string
  Condition?: { 'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys'?: string[] } }
}
type Policy = { PolicyDocument: { Statement: Statement[] }; Roles: Reference[] }
type LogGroup = { RetentionInDays?: number }

let functions: Resource<LambdaFunction>[]
let roles: Resource<Role>[]
let policies: Resource<Policy>[]
let logGroups: Resource<LogGroup>[]
before(async () => {
  functions = await resourcesOf<LambdaFunction>('AWS::Lambda::Function')
  roles = await resourcesOf<Role>('AWS::IAM::Role')
  policies = await resourcesOf<Policy>('AWS::IAM::Policy')
  logGroups = await resourcesOf<LogGroup>('AWS::Logs::LogGroup')
})

const named = (name: string) => {
  const found = functions.find(({ properties }) => properties.Description === name)
  return found?.properties ?? assert.fail(`no function ${name}`)
}
const roleIdOf = ({ Role }: LambdaFunction) => Role['Fn::GetAtt']?.[0] ?? assert.fail('no role')
const roleWith = (roleId: string) =>
  (roles.find(({ id }) => id === roleId) ?? assert.fail('no role')).properties
/** In the role, and in the policies beside it that the event sources of a function make. */
function statementsOf(name: string): Statement[] {
  const roleId = roleIdOf(named(name))
  const beside = policies.filter(({ properties }) =>
    properties.Roles.some(({ Ref }) => Ref === roleId),
  )
  const documents = [...roleWith(roleId).Policies, ...beside.map(({ properties }) => properties)]
  return documents.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
}
const actionsOf = ({ Action }: Statement) => [Action].flat()
const leadingKeysOf = ({ Condition }: Statement) =>
  Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']

test('there is a Lambda for each folder of functions/, and no other', () => {
  const names = functions.map(({ properties }) => properties.Description)
  assert.deepEqual(new Set(names), new Set(functionNames()))
  assert.equal(names.length, functionNames().length)
})

const seconds: Record<string, number> = {
  'domains-recheck': 300,
  'events-relay': 30,
  'mails-send': 30,
  'metadata-refresh': 300,
  'scim-access': 60,
  'scim-tokens-watch': 300,
  'scim-unfinished': 300,
  'sso-tokens-watch': 300,
}

for (const name of functionNames()) {
  describe(`the function ${name}`, () => {
    test('runs on Node 24 and arm64, for seconds', () => {
      const { Runtime, Architectures, Handler, Timeout } = named(name)
      assert.equal(Runtime, 'nodejs24.x')
      assert.deepEqual(Architectures, ['arm64'])
      assert.equal(Handler, 'index.handler')
      assert.equal(Timeout, seconds[name] ?? 10)
    })

    test('has memory for its work', () => {
      assert.equal(named(name).MemorySize, ['saml-acs', 'saml-slo'].includes(name) ? 1024 : 512)
    })

    test('writes JSON logs to a log group of its own, kept for a month', () => {
      const { LogFormat, LogGroup } = named(name).LoggingConfig
      assert.equal(LogFormat, 'JSON')
      const users = functions.filter(
        ({ properties }) => properties.LoggingConfig.LogGroup.Ref === LogGroup.Ref,
      )
      assert.equal(users.length, 1)
      const group = logGroups.find(({ id }) => id === LogGroup.Ref)
      assert.equal(group?.properties.RetentionInDays, 30)
    })

    test('has a role of its own that only Lambda can take, without managed policies', () => {
      const id = roleIdOf(named(name))
      assert.equal(functions.filter(({ properties }) => roleIdOf(properties) === id).length, 1)
      const role = roleWith(id)
      assert.equal(role.ManagedPolicyArns, undefined)
      assert.deepEqual(
        role.Policies.map(({ PolicyName }) => PolicyName),
        ['grants'],
      )
      assert.deepEqual(role.AssumeRolePolicyDocument, {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
          },
        ],
      })
    })

    test('may do nothing that is named by a wildcard', () => {
      const statements = statementsOf(name)
      assert.ok(statements.length > 0)
      for (const statement of statements) {
        assert.equal(statement.Effect, 'Allow')
        for (const action of actionsOf(statement)) {
          assert.match(action, /^(?:dynamodb|kms|logs|ses|sqs):[A-Za-z]+$/)
        }
        assert.equal(typeof statement.Resource, 'object', 'a resource is a reference')
        assert.doesNotMatch(JSON.stringify(statement.Resource), /\*/)
      }
    })

    test('reaches items by their kind of key only', () => {
      for (const statement of statementsOf(name)) {
        const onItems = actionsOf(statement).filter((action) =>
          /^dynamodb:.*(?:Item|Query)$/.test(action),
        )
        if (onItems.length === 0) continue
        const keys = leadingKeysOf(statement)
        assert.ok(keys && keys.length > 0, JSON.stringify(statement))
        for (const key of keys) assert.match(key, /^[a-z-]+(?:#\*(?:#[a-z]+(?:#\*)?)?)?$/)
      }
    })

    test('cannot scan a table or query without a key', () => {
      const actions = statementsOf(name).flatMap(actionsOf)
      for (const action of actions)
        assert.doesNotMatch(action, /Scan|PartiQL|BatchWrite|ListTables/)
    })

    test('knows the names of what it may use, and nothing else', () => {
      assert.deepEqual(
        Object.keys(named(name).Environment.Variables).toSorted(byText),
        {
          'admin-sign-in': [
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
          ],
          'break-glass': [
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
          ],
          'events-relay': ['ACCESS_QUEUE_URL', 'PROVISIONING_QUEUE_URL', 'PUBLIC_URL'],
          'scim-access': ['ACCESS_QUEUE_URL', 'DIRECTORY_TABLE', 'PUBLIC_URL'],
          idps: ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'api-keys': ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          domains: ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'domains-recheck': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'scim-tokens-watch': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'scim-unfinished': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'sso-tokens-watch': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'directory-log': [
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
          ],
          directories: [
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
          ],
          orgs: ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          products: ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          accounts: ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'group-rules': [
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
          ],
          jwks: ['JWT_KEY_ARNS', 'PUBLIC_URL'],
          'mails-send': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'MAIL_FROM', 'PUBLIC_URL'],
          'metadata-refresh': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'login-discover': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          traces: ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'scim-bulk': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'scim-discovery': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'scim-groups': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'scim-users': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'saml-acs': [
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
            'SAML_ENCRYPTION_KEY_ARNS',
          ],
          'saml-login': [
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
            'SAML_SIGNING_KEY_ARNS',
          ],
          'saml-logout': [
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
            'SAML_SIGNING_KEY_ARNS',
          ],
          'saml-slo': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL', 'SAML_SIGNING_KEY_ARNS'],
          'saml-metadata': [
            'DIRECTORY_TABLE',
            'PUBLIC_URL',
            'SAML_ENCRYPTION_KEY_ARNS',
            'SAML_SIGNING_KEY_ARNS',
          ],
          'operator-accounts': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'operator-products': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'operator-doctor': [
            'ACCESS_DEAD_LETTERS_URL',
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'JWT_KEY_ARNS',
            'PROVISIONING_DEAD_LETTERS_URL',
            'PROVISIONING_QUEUE_URL',
            'PUBLIC_URL',
            'RELAY_FAILURES_URL',
            'SAML_ENCRYPTION_KEY_ARNS',
            'SAML_SIGNING_KEY_ARNS',
          ],
          'operator-events': [
            'PROVISIONING_DEAD_LETTERS_URL',
            'PROVISIONING_QUEUE_URL',
            'PUBLIC_URL',
            'RELAY_FAILURES_URL',
          ],
          'operator-traces': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'operator-export': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'operator-import': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'operator-orgs': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          'operator-removal': ['DIRECTORY_TABLE', 'PUBLIC_URL'],
          ...Object.fromEntries(
            ['users', 'invitations', 'sso-tokens'].map((fn) => [
              fn,
              ['ADMIN_SESSION_KEY_ARN', 'DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
            ]),
          ),
          'setup-links': [
            'ADMIN_SESSION_KEY_ARN',
            'DIRECTORY_TABLE',
            'EPHEMERAL_TABLE',
            'PUBLIC_URL',
          ],
          'tokens-redeem': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'JWT_KEY_ARNS', 'PUBLIC_URL'],
          'tokens-issue': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
          'sso-redirect': ['DIRECTORY_TABLE', 'EPHEMERAL_TABLE', 'PUBLIC_URL'],
        }[name],
      )
    })
  })
}

const byText = (a: string, b: string) => a.localeCompare(b)

describe('who may do what', () => {
  const isForOperators = (name: string) => name.startsWith('operator-')
  /** Of those that others than operators can reach. */
  const holders = (action: string, key?: string) =>
    functionNames().filter((name) => !isForOperators(name) && holds(name, action, key))
  const operatorsWho = (action: string, key?: string) =>
    functionNames().filter((name) => isForOperators(name) && holds(name, action, key))
  const holds = (name: string, action: string, key?: string) =>
    statementsOf(name).some(
      (statement) =>
        actionsOf(statement).includes(action) &&
        (key === undefined || leadingKeysOf(statement)?.includes(key)),
    )

  test('an export only reads, an import removes no person, a removal puts no person', () => {
    assert.deepEqual(
      new Set(statementsOf('operator-export').flatMap(actionsOf)),
      new Set([
        'dynamodb:Query',
        'dynamodb:BatchGetItem',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ]),
    )
    for (const key of ['subject#*', 'apikey#*', 'issuer#*', 'idp#*', 'domain#*']) {
      const creators = ['apikey#*', 'domain#*'].includes(key) ? ['operator-orgs'] : []
      assert.deepEqual(operatorsWho('dynamodb:PutItem', key), ['operator-import', ...creators])
    }
    for (const key of ['subject#*', 'org#*', 'apikey#*', 'idps#*', 'accounts#*', 'seats#*']) {
      const freers = key === 'seats#*' ? ['operator-accounts'] : []
      assert.deepEqual(operatorsWho('dynamodb:DeleteItem', key), [...freers, 'operator-removal'])
    }
  })

  const signers = (key: string) =>
    functionNames().filter((name) =>
      statementsOf(name).some(
        (statement) =>
          actionsOf(statement).includes('kms:Sign') &&
          JSON.stringify(statement.Resource).includes(key),
      ),
    )

  test('only the redeem signs JWTs', () => {
    assert.deepEqual(signers('JwtKey'), ['tokens-redeem'])
  })

  test('only what sends SAML messages or issues certificates signs with the SAML keys', () => {
    assert.deepEqual(signers('SamlSigningKey'), [
      'saml-login',
      'saml-logout',
      'saml-metadata',
      'saml-slo',
    ])
    assert.deepEqual(holders('dynamodb:PutItem', 'certificate#*'), ['saml-metadata'])
  })

  test('only sign-ins and the administration write users and what leads to them, and a logout that it has happened', () => {
    const ofPeople = [
      'directory-log',
      'invitations',
      'saml-acs',
      'scim-bulk',
      'scim-users',
      'users',
    ]
    assert.deepEqual(holders('dynamodb:PutItem', 'org#*'), ofPeople)
    assert.deepEqual(holders('dynamodb:DeleteItem', 'org#*'), ofPeople)
    assert.deepEqual(holders('dynamodb:UpdateItem', 'org#*'), [
      'accounts', // a user's access
      'admin-sign-in',
      'directory-log', // takes back what SCIM did
      'domains', // the organization's domains
      'domains-recheck',
      'group-rules', // a user's access
      'invitations',
      'orgs',
      'saml-acs',
      'scim-access', // a user's access
      'scim-bulk',
      'scim-users',
      'users',
    ])
    assert.deepEqual(holders('dynamodb:PutItem', 'subject#*'), ['saml-acs', 'users'])
    assert.deepEqual(holders('dynamodb:DeleteItem', 'subject#*'), ['users'])
    const writers = holders('dynamodb:UpdateItem', 'subject#*')
    const others = ['saml-acs', 'saml-logout', 'saml-slo', 'scim-bulk', 'scim-users', 'users']
    assert.deepEqual(writers, ['directory-log', ...others])
  })

  test('only who changes people changes who administers an organization', () => {
    const scim = ['scim-bulk', 'scim-users']
    for (const action of ['PutItem', 'DeleteItem']) {
      for (const key of ['admins#*', 'adminemail#*']) {
        for (const name of holders(`dynamodb:${action}`, key)) {
          const changers = ['admin-sign-in', ...scim, 'directory-log', 'saml-acs', 'users']
          assert.ok(changers.includes(name), name)
        }
      }
    }
    assert.deepEqual(holders('dynamodb:PutItem', 'invitations#*'), ['invitations'])
  })

  test('only the administration API and the refresh write providers', () => {
    for (const key of ['idp#*', 'issuer#*', 'idps']) {
      assert.deepEqual(holders('dynamodb:PutItem', key), ['idps', 'metadata-refresh'])
      assert.deepEqual(holders('dynamodb:DeleteItem', key), ['idps'])
    }
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem']) {
      assert.deepEqual(holders(`dynamodb:${action}`, 'idps#*'), ['idps'])
    }
  })

  test('only who makes API keys and setup links writes keys', () => {
    assert.deepEqual(holders('dynamodb:PutItem', 'apikey#*'), ['api-keys', 'setup-links'])
    assert.deepEqual(holders('dynamodb:DeleteItem', 'apikey#*'), ['api-keys', 'setup-links'])
  })

  test('only who administers SSO tokens makes and removes them', () => {
    for (const key of ['ssotokens#*', 'ssotokens']) {
      assert.deepEqual(holders('dynamodb:PutItem', key), ['sso-tokens'])
    }
    assert.deepEqual(holders('dynamodb:DeleteItem', 'ssotokens'), ['sso-tokens'])
    assert.deepEqual(holders('dynamodb:DeleteItem', 'ssotokens#*'), [])
    assert.ok(holders('dynamodb:UpdateItem', 'ssotokens#*').includes('sso-tokens-watch'))
    assert.deepEqual(operatorsWho('dynamodb:PutItem', 'ssotokens#*'), ['operator-import'])
  })

  test('only who administers directories writes them and their tokens', () => {
    for (const key of ['scimtoken#*', 'scimtokens', 'scim#*#tokens']) {
      assert.deepEqual(holders('dynamodb:PutItem', key), ['directories'])
    }
    assert.deepEqual(holders('dynamodb:PutItem', 'directories#*'), ['directories'])
    assert.deepEqual(holders('dynamodb:DeleteItem', 'scimtoken#*'), ['directories'])
    const users = holders('dynamodb:UpdateItem', 'scimtoken#*')
    assert.ok(users.length > 0 && users.every((fn) => /^scim-/.test(fn)), users.join())
    const watchers = ['directories', 'scim-tokens-watch']
    assert.deepEqual(holders('dynamodb:UpdateItem', 'scim#*#tokens'), watchers)
  })

  test('who takes people in from portals makes no SSO token, and no user', () => {
    const portals = ['sso-redirect', 'tokens-issue', 'tokens-redeem']
    assert.deepEqual(holders('dynamodb:UpdateItem', 'ssoreceipts#*'), portals)
    assert.deepEqual(holders('dynamodb:PutItem', 'ssoreceipts#*'), ['tokens-issue'])
    for (const fn of portals) {
      assert.equal(holds(fn, 'dynamodb:PutItem', 'ssotokens#*'), false)
      for (const action of ['PutItem', 'UpdateItem', 'DeleteItem']) {
        assert.equal(holds(fn, `dynamodb:${action}`, 'org#*'), false)
      }
    }
    assert.equal(holds('sso-redirect', 'kms:Sign'), false)
  })

  test('only who gives and takes seats counts them, and only admins write rules', () => {
    const scim = ['scim-access', 'scim-bulk', 'scim-users']
    const givers = ['accounts', 'directory-log', 'group-rules', 'saml-acs', ...scim, 'users']
    assert.deepEqual(holders('dynamodb:UpdateItem', 'seats#*'), givers)
    for (const action of ['PutItem', 'DeleteItem']) {
      assert.deepEqual(holders(`dynamodb:${action}`, 'holders#*'), givers)
    }
    assert.deepEqual(holders('dynamodb:PutItem', 'rules#*'), ['group-rules'])
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem']) {
      assert.deepEqual(holders(`dynamodb:${action}`, 'accounts#*'), [])
    }
  })

  test('nobody writes products or credentials', () => {
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem']) {
      for (const key of ['catalogue', 'credential#*']) {
        assert.deepEqual(holders(`dynamodb:${action}`, key), [])
      }
    }
  })

  test('only a check gives a domain to an organization; it goes by release, or by a recheck', () => {
    assert.deepEqual(holders('dynamodb:PutItem', 'domain#*'), ['domains'])
    assert.deepEqual(holders('dynamodb:UpdateItem', 'domain#*'), [])
    const both = ['domains', 'domains-recheck']
    assert.deepEqual(holders('dynamodb:DeleteItem', 'domain#*'), both)
    assert.deepEqual(holders('dynamodb:PutItem', 'domains#*'), both)
    for (const key of ['idp#*', 'issuer#*']) {
      assert.deepEqual(holders('dynamodb:UpdateItem', key), both)
    }
  })

  test('only the redeem reads credentials, and only the relay sends', () => {
    assert.deepEqual(holders('dynamodb:BatchGetItem', 'credential#*'), ['tokens-redeem'])
    const senders = functionNames().filter((name) =>
      statementsOf(name).some(
        (statement) =>
          actionsOf(statement).includes('sqs:SendMessage') &&
          !JSON.stringify(statement.Resource).includes('RelayFailures'),
      ),
    )
    assert.deepEqual(senders, ['events-relay', 'operator-events', 'scim-access'])
  })

  test('only the sign-in of administrators signs, reads and writes their sessions', () => {
    assert.deepEqual(signers('AdminSessionKey'), ['admin-sign-in'])
    for (const action of ['BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem']) {
      assert.deepEqual(holders(`dynamodb:${action}`, 'adminsession#*'), ['admin-sign-in'])
    }
    for (const action of ['BatchGetItem', 'UpdateItem']) {
      assert.deepEqual(holders(`dynamodb:${action}`, 'link#*'), ['admin-sign-in'])
    }
    assert.deepEqual(holders('dynamodb:PutItem', 'breakglass#*'), ['admin-sign-in'])
  })

  test('only one function sends mails and makes the links in them', () => {
    assert.deepEqual(holders('ses:SendEmail'), ['mails-send'])
    assert.deepEqual(holders('dynamodb:PutItem', 'link#*'), ['mails-send'])
  })
})

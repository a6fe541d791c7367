import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fail, ok } from '#shared/result.ts'
import { bulkResponse } from '#shared/scim/bulk/bulk-response.ts'
import {
  type BulkOperation,
  isBroken,
  MAX_OPERATIONS,
  readBulk,
} from '#shared/scim/bulk/read-bulk.ts'
import { runBulk } from '#shared/scim/bulk/run-bulk.ts'
import type { ScimAnswer } from '#shared/scim/calls.ts'

const post = (type: 'Users' | 'Groups', bulkId: string, data: object = {}) => ({
  method: 'POST',
  path: `/${type}`,
  bulkId,
  data,
})
const group = (bulkId: string, ...members: string[]) =>
  post('Groups', bulkId, { members: members.map((value) => ({ value })) })

/** Does operations by writing them down; what is made is `<type> <nth>`. */
function recorder(refuse: (operation: BulkOperation) => boolean = () => false) {
  const done: BulkOperation[] = []
  const execute = (operation: BulkOperation): Promise<ScimAnswer> => {
    if (refuse(operation)) return Promise.resolve(fail({ status: 400, detail: 'refused' }))
    done.push(operation)
    const location = `https://a.example/${operation.type}${done.length}`
    return Promise.resolve(ok({ status: 201, location }))
  }
  const idAt = (location: string) => location.slice('https://a.example/'.length)
  return { done, ports: { execute, idAt, hasTime: () => true } }
}

async function run(body: object, refuse?: (operation: BulkOperation) => boolean) {
  const read = readBulk(body)
  assert.ok(read.ok)
  const { done, ports } = recorder(refuse)
  const outcomes = await runBulk(ports, read.value)
  const statuses = outcomes.map(({ answer }) =>
    answer.ok ? answer.value.status : answer.error.status,
  )
  return { done, statuses, outcomes }
}

describe('a bulk request', () => {
  test('does what others refer to first, and answers in the order of the request', async () => {
    const Operations = [group('g', 'bulkId:u', 'usr_1'), post('Users', 'u')]
    const { done, outcomes, statuses } = await run({ Operations })
    assert.deepEqual(
      done.map(({ bulkId }) => bulkId),
      ['u', 'g'],
    )
    assert.deepEqual(done[1]?.data, { members: [{ value: 'User1' }, { value: 'usr_1' }] })
    assert.deepEqual(
      outcomes.map(({ operation }) => operation.bulkId),
      ['g', 'u'],
    )
    assert.deepEqual(statuses, [201, 201])
  })

  test('puts ids into paths', async () => {
    const Operations = [
      { method: 'patch', path: '/Users/bulkId:u', data: { Operations: [] } },
      { method: 'DELETE', path: 'Groups/grp_1', version: 'W/"3"' },
      post('Users', 'u'),
    ]
    const { done } = await run({ Operations })
    const targets = done.map(({ method, target, version }) => [method, target, version])
    assert.deepEqual(targets, [
      ['DELETE', 'grp_1', 'W/"3"'],
      ['POST', undefined, undefined],
      ['PATCH', 'User2', undefined],
    ])
  })

  test('makes groups that are in each other, and fills them then', async () => {
    const Operations = [group('a', 'bulkId:b', 'usr_1'), group('b', 'bulkId:a')]
    const { done, statuses } = await run({ Operations })
    assert.deepEqual(
      done.map(({ method, target, data }) => [method, target, data]),
      [
        ['POST', undefined, { members: [{ value: 'usr_1' }] }],
        ['POST', undefined, { members: [{ value: 'Group1' }] }],
        [
          'PATCH',
          'Group1',
          { Operations: [{ op: 'add', path: 'members', value: [{ value: 'Group2' }] }] },
        ],
      ],
    )
    assert.deepEqual(statuses, [201, 201])
  })

  test('fills a group before what comes later in the request meets it', async () => {
    const Operations = [
      group('a', 'bulkId:b'),
      group('b', 'bulkId:a'),
      { method: 'DELETE', path: '/Groups/bulkId:a' },
    ]
    const { done, statuses } = await run({ Operations })
    const methods = done.map(({ method }) => method)
    assert.deepEqual(methods, ['POST', 'POST', 'PATCH', 'DELETE'])
    assert.deepEqual(statuses, [201, 201, 201])
  })

  test('answers the version that a group has once it is filled', async () => {
    const read = readBulk({ Operations: [group('a', 'bulkId:b'), group('b', 'bulkId:a')] })
    assert.ok(read.ok)
    const { ports } = recorder()
    const execute = async (operation: BulkOperation): Promise<ScimAnswer> => {
      const answer = await ports.execute(operation)
      const version = operation.method === 'PATCH' ? 2 : 1
      return answer.ok ? ok({ ...answer.value, version }) : answer
    }
    const outcomes = await runBulk({ ...ports, execute }, read.value)
    const replies = outcomes.map(({ answer }) => answer.ok && answer.value)
    assert.deepEqual(replies, [
      { status: 201, location: 'https://a.example/Group1', version: 2 },
      { status: 201, location: 'https://a.example/Group2', version: 1 },
    ])
  })

  test('does not answer that a group is made as asked for where errors ended all before', async () => {
    const Operations = [group('a', 'bulkId:b'), group('b', 'bulkId:a')]
    const { outcomes } = await run({ Operations, failOnErrors: 1 }, ({ bulkId }) => bulkId === 'b')
    assert.deepEqual(
      outcomes.map(({ answer, location }) => [answer.ok, location]),
      [
        [false, 'https://a.example/Group1'],
        [false, undefined],
      ],
    )
  })

  test('tells that a group lacks members that it could not be given', async () => {
    const Operations = [group('a', 'bulkId:b'), group('b', 'bulkId:a')]
    const { statuses } = await run({ Operations }, ({ method }) => method === 'PATCH')
    assert.deepEqual(statuses, [400, 201])
  })

  const refused: readonly [string, object[], number[]][] = [
    [
      'users who manage each other',
      [
        post('Users', 'a', { manager: { value: 'bulkId:b' } }),
        post('Users', 'b', { manager: { value: 'bulkId:a' } }),
      ],
      [409, 409],
    ],
    ['what refers to nothing', [group('a', 'bulkId:nobody')], [409]],
    [
      'what refers to what was refused',
      [post('Users', 'bad'), group('a', 'bulkId:bad')],
      [400, 409],
    ],
    ['a method that there is not', [{ method: 'GET', path: '/Users/usr_1' }], [400]],
    ['POST without bulkId', [{ method: 'POST', path: '/Users', data: {} }], [400]],
    ['POST of one resource', [{ ...post('Users', 'x'), path: '/Users/usr_1' }], [400]],
    ['PUT of all resources', [{ method: 'PUT', path: '/Users', data: {} }], [400]],
    ['PATCH without data', [{ method: 'PATCH', path: '/Users/usr_1' }], [400]],
    ['an unknown path', [{ ...post('Users', 'x'), path: '/Devices' }], [400]],
    ['a path outside', [{ method: 'DELETE', path: '/Users/../Groups/grp_1' }], [400]],
    ['a path with half a character', [{ method: 'DELETE', path: '/Users/\ud800' }], [400]],
    ['a version that is no text', [{ method: 'DELETE', path: '/Users/usr_1', version: 1 }], [400]],
    ['what is no operation', ['x' as unknown as object], [400]],
  ]
  for (const [what, Operations, expected] of refused) {
    test(`answers an error for ${what}`, async () => {
      const { statuses } = await run({ Operations }, ({ bulkId }) => bulkId === 'bad')
      assert.deepEqual(statuses, expected)
    })
  }

  test('goes on after errors, unless failOnErrors says how many are enough', async () => {
    const Operations = ['bad', 'a', 'bad2', 'b'].map((bulkId) => post('Users', bulkId))
    const isBad = ({ bulkId }: BulkOperation) => bulkId?.startsWith('bad') === true
    assert.deepEqual((await run({ Operations }, isBad)).statuses, [400, 201, 400, 201])
    assert.deepEqual((await run({ Operations, failOnErrors: 2 }, isBad)).statuses, [400, 201, 400])
    assert.deepEqual((await run({ Operations, failonerrors: 1 }, isBad)).statuses, [400])
    const broken = [post('Users', 'a'), { method: 'GET' }, post('Users', 'b')]
    const { statuses } = await run({ Operations: broken, failOnErrors: 1 })
    assert.deepEqual(statuses, [201, 400])
  })

  test('tries nothing more once its time is over', async () => {
    const read = readBulk({ Operations: [post('Users', 'a'), post('Users', 'b')] })
    assert.ok(read.ok)
    const { done, ports } = recorder()
    const outcomes = await runBulk({ ...ports, hasTime: () => done.length === 0 }, read.value)
    const [, second] = outcomes
    assert.equal(done.length, 1)
    assert.equal(second?.answer.ok === false && second.answer.error.status, 503)
  })
})

describe('the body of a bulk request', () => {
  const tooMany = Array.from({ length: MAX_OPERATIONS + 1 }, (_, n) => post('Users', `u${n}`))
  const refused: readonly [string, unknown, number][] = [
    ['no object', [], 400],
    ['no operations', {}, 400],
    ['operations that are no list', { Operations: {} }, 400],
    ['too many operations', { Operations: tooMany }, 413],
    ['schemas that are no list', { schemas: 'x', Operations: [] }, 400],
    ['failOnErrors of none', { Operations: [], failOnErrors: 0 }, 400],
    ['failOnErrors that is a text', { Operations: [], failOnErrors: '1' }, 400],
    ['a bulkId twice', { Operations: [post('Users', 'a'), post('Groups', 'a')] }, 400],
  ]
  for (const [what, body, status] of refused) {
    test(`is refused with ${what}`, () => {
      const read = readBulk(body)
      assert.equal(read.ok === false && read.error.status, status)
    })
  }

  test('is refused or understood, whatever it is, and done once at most', async () => {
    const reference = fc.constantFrom('bulkId:a', 'bulkId:b', 'bulkId:c', 'usr_1')
    const operation = fc.record({
      method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET'),
      path: fc.oneof(
        fc.constantFrom('/Users', '/Groups', '/Users/bulkId:a', '/Groups/grp_1', 'x'),
        fc.string({ unit: 'binary' }).map((target) => `/Users/${target}`),
        fc.constantFrom('/Users/\ud800', '/Groups/a\udc00'),
      ),
      bulkId: fc.constantFrom('a', 'b', 'c', undefined),
      data: fc.oneof(
        fc.record({ members: fc.array(fc.record({ value: reference })) }),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 6 }), async (Operations) => {
        const read = readBulk({ Operations })
        if (!read.ok) return
        const { done, ports } = recorder()
        const outcomes = await runBulk(ports, read.value)
        assert.equal(outcomes.length, Operations.length)
        assert.ok(bulkResponse(outcomes, 'https://a.example'))
        const whole = read.value.operations.filter((one) => !isBroken(one))
        assert.ok(done.filter(({ method }) => method === 'POST').length <= whole.length)
        assert.ok(!JSON.stringify(done.map(({ data }) => data)).includes('"bulkId:a"'))
      }),
      { numRuns: 500 },
    )
  })
})

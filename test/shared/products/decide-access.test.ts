import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Access } from '#shared/products/access.ts'
import { attributesOf, decideAccess, seatName } from '#shared/products/decide-access.ts'
import { capacityOf, foresee } from '#shared/products/foresee.ts'
import { inOrder, type Rule } from '#shared/products/rules.ts'
import { account, held, main, other, rule } from './example.ts'

const meetings = { account: main, product: 'meetings' } as const
const training = { account: main, product: 'training' } as const

describe('decideAccess', () => {
  test('gives what the rules of the groups give, and says by which group and rule', () => {
    const rules = [
      rule(2, 'staff', { grants: [meetings] }),
      rule(1, 'engineers', { grants: [training, meetings] }),
      rule(3, 'sales', { grants: [{ account: other, product: 'meetings' }] }),
    ]
    assert.deepEqual(decideAccess(rules, ['engineers', 'staff'], []).seats, [
      {
        ...training,
        because: [{ group: 'engineers', rule: 'rul_1' }],
        held: undefined,
        decision: 'give',
      },
      {
        ...meetings,
        because: [
          { group: 'engineers', rule: 'rul_1' },
          { group: 'staff', rule: 'rul_2' },
        ],
        held: undefined,
        decision: 'give',
      },
    ])
  })

  const cases = [
    ['keeps what a rule gave and a rule still wants', true, 'rul_1', 'keep'],
    ['keeps what an admin gave, wanted or not: wanted', true, 'admin', 'keep'],
    ['keeps what an admin gave, wanted or not: not wanted', false, 'admin', 'keep'],
    ['takes what a rule gave and none wants any more', false, 'rul_1', 'take'],
    ['takes what a rule gave that is gone', false, 'rul_9', 'take'],
    ['keeps what a rule gave that is gone, where another wants it', true, 'rul_9', 'keep'],
  ] as const
  for (const [name, isWanted, grantedBy, decision] of cases) {
    test(name, () => {
      const rules = isWanted ? [rule(1, 'staff', { grants: [meetings] })] : []
      const access = held(main, 'meetings', grantedBy)
      const [seat, ...rest] = decideAccess(rules, ['staff'], [access]).seats
      assert.equal(seat?.decision, decision)
      assert.deepEqual(seat?.held, access)
      assert.deepEqual(rest, [])
    })
  }

  test('compares groups letter by letter', () => {
    const rules = [rule(1, 'Staff', { grants: [meetings] })]
    for (const group of ['staff', 'Staff ', 'STAFF', '']) {
      assert.deepEqual(decideAccess(rules, [group], []).seats, [])
    }
  })

  test('takes single values of the first rule, and says what they overrule', () => {
    const rules = [
      rule(2, 'staff', { attributes: { meetings: { role: 'guest', room: '7' } } }),
      rule(1, 'hosts', { attributes: { meetings: { role: 'host' }, training: { tier: 'gold' } } }),
      rule(0, 'others', { attributes: { meetings: { role: 'owner' } } }),
    ]
    const { attributes } = decideAccess(rules, ['staff', 'hosts'], [])
    assert.deepEqual(attributes, [
      {
        ...{ product: 'meetings', name: 'role', value: 'host', group: 'hosts', rule: 'rul_1' },
        over: [{ group: 'staff', rule: 'rul_2', value: 'guest' }],
      },
      {
        ...{ product: 'meetings', name: 'room', value: '7', group: 'staff', rule: 'rul_2' },
        over: [],
      },
      {
        ...{ product: 'training', name: 'tier', value: 'gold', group: 'hosts', rule: 'rul_1' },
        over: [],
      },
    ])
    assert.deepEqual(attributesOf(attributes), {
      meetings: { role: 'host', room: '7' },
      training: { tier: 'gold' },
    })
  })
})

const groupNames = ['a', 'b', 'c', 'd', '__proto__'] as const
const seats = fc.constantFrom(
  ...([main, other] as const).flatMap((id) =>
    ['meetings', 'training'].map((product) => ({ account: id, product })),
  ),
)
const values = fc.dictionary(
  fc.constantFrom('meetings', 'training'),
  fc.dictionary(fc.constantFrom('role', 'tier'), fc.constantFrom('x', 'y', 'z'), { maxKeys: 2 }),
  { maxKeys: 2 },
)
const someRules = fc.uniqueArray(fc.nat(50), { maxLength: 8 }).chain((orders) =>
  fc.tuple(
    ...orders.map((order) =>
      fc
        .record({
          group: fc.constantFrom(...groupNames),
          grants: fc.array(seats, { maxLength: 3 }),
          attributes: values,
        })
        .map(({ group, ...rest }): Rule => rule(order, group, rest)),
    ),
  ),
)
const someGroups = fc.subarray([...groupNames])
const someAccesses = fc
  .uniqueArray(fc.tuple(seats, fc.constantFrom('admin', 'rul_1', 'rul_60')), {
    selector: ([seat]) => seatName(seat),
  })
  .map((all) =>
    all.map(([seat, by]): Access => held(seat.account, seat.product, by as Access['grantedBy'])),
  )
const shuffled = <T>(all: readonly T[]) =>
  fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length })
const decided = fc.tuple(someRules, someGroups, someAccesses)

/** What is held once it is done as decided. */
const done = (rules: readonly Rule[], groups: readonly string[], current: readonly Access[]) =>
  decideAccess(rules, groups, current).seats.flatMap((seat) => {
    if (seat.decision === 'take') return []
    return [seat.held ?? held(seat.account, seat.product, seat.because[0]?.rule ?? 'admin')]
  })
const namesOf = (all: readonly Access[]) => new Set(all.map(seatName))

describe('decisions', () => {
  test('do not depend on the order of rules, groups and accesses', () => {
    const orders = decided.chain(([rules, groups, current]) =>
      fc.tuple(
        fc.constant([rules, groups, current] as const),
        shuffled(rules),
        shuffled(groups),
        shuffled(current),
      ),
    )
    fc.assert(
      fc.property(orders, ([[rules, groups, current], others, othersToo, more]) => {
        assert.deepEqual(
          decideAccess(others, [...othersToo, ...othersToo], more),
          decideAccess(rules, groups, current),
        )
      }),
    )
  })

  test('leave nothing to do where they have been done', () => {
    fc.assert(
      fc.property(decided, ([rules, groups, current]) => {
        const again = decideAccess(rules, groups, done(rules, groups, current))
        assert.ok(again.seats.every(({ decision }) => decision === 'keep'))
      }),
    )
  })

  test('give what any rule gives: two lists of rules together give both', () => {
    fc.assert(
      fc.property(decided, ([rules, groups]) => {
        const half = Math.floor(rules.length / 2)
        const [some, others] = [rules.slice(0, half), rules.slice(half)]
        const together = namesOf(done(rules, groups, []))
        const each = [...done(some, groups, []), ...done(others, groups, [])]
        assert.deepEqual(together, namesOf(each))
      }),
    )
  })

  test('never take what an admin gave, and never give what no group of the person is given', () => {
    fc.assert(
      fc.property(decided, ([rules, groups, current]) => {
        const after = namesOf(done(rules, groups, current))
        for (const access of current) {
          if (access.grantedBy === 'admin') assert.ok(after.has(seatName(access)))
        }
        const { seats: all } = decideAccess(rules, groups, current)
        for (const { decision, because } of all) {
          assert.ok(because.every(({ group }) => groups.includes(group as never)))
          assert.equal(because.length > 0 || decision !== 'give', true)
        }
      }),
    )
  })

  test('take each single value of the lowest order that sets it', () => {
    fc.assert(
      fc.property(decided, ([rules, groups]) => {
        const { attributes } = decideAccess(rules, groups, [])
        for (const { product, name, value, rule: id } of attributes) {
          const setting = inOrder(rules).filter(
            (one) =>
              groups.includes(one.group as never) && one.attributes[product]?.[name] !== undefined,
          )
          assert.equal(setting[0]?.id, id)
          assert.equal(setting[0]?.attributes[product]?.[name], value)
        }
      }),
    )
  })
})

describe('foresee', () => {
  const capacity = (used: number, overAllocation: 'refuse' | 'queue' = 'refuse', waiting = 0) =>
    capacityOf([account(main, { overAllocation })], [{ ...meetings, seats: 2, used, waiting }])
  const wanting = decideAccess([rule(1, 'staff', { grants: [meetings] })], ['staff'], []).seats
  const losing = decideAccess([], [], [held(main, 'meetings')]).seats

  const cases = [
    ['a free seat', capacity(1), 'granted'],
    ['no free seat, and refusal', capacity(2), 'no_seats'],
    ['no free seat, and a queue', capacity(2, 'queue'), 'queued'],
    ['a free seat that others wait for', capacity(1, 'queue', 1), 'queued'],
    ['no such account', capacityOf([], []), 'account_unknown'],
    ['no seats of that product', capacityOf([account(main)], []), 'account_without_product'],
  ] as const
  for (const [name, given, outlook] of cases) {
    test(`foresees ${outlook} for ${name}`, () => {
      assert.deepEqual(foresee(wanting, given).outlooks, [outlook])
    })
  }

  test('counts on for the next person', () => {
    const first = foresee(wanting, capacity(1))
    const second = foresee(wanting, first.left)
    assert.deepEqual([...first.outlooks, ...second.outlooks], ['granted', 'no_seats'])
    const freed = foresee(losing, second.left)
    assert.deepEqual(freed.outlooks, ['taken'])
    assert.deepEqual(foresee(wanting, freed.left).outlooks, ['granted'])
  })

  test('leaves a freed seat to who waits for it', () => {
    const freed = foresee(losing, capacity(2, 'queue', 1))
    assert.deepEqual(freed.left.counts.get(seatName(meetings)), {
      ...meetings,
      seats: 2,
      used: 2,
      waiting: 0,
    })
    const queued = [{ ...held(main, 'meetings'), state: 'queued' as const }]
    const left = foresee(decideAccess([], [], queued).seats, capacity(2, 'queue', 1))
    assert.equal(left.left.counts.get(seatName(meetings))?.waiting, 0)
  })

  test('gives nobody more than one person may have', () => {
    const products = [...Array(21).keys()].map((index) => `p${index}`)
    const grants = products.map((product) => ({ account: main, product }))
    const { seats: all } = decideAccess([rule(1, 'staff', { grants })], ['staff'], [])
    const counts = grants.map((seat) => ({ ...seat, seats: 1, used: 0, waiting: 0 }))
    const { outlooks } = foresee(all, capacityOf([account(main)], counts))
    assert.equal(outlooks.filter((outlook) => outlook === 'granted').length, 20)
    assert.equal(outlooks.at(-1), 'too_many_accesses')
  })
})

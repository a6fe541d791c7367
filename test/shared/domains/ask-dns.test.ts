import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { askDns, readTxt } from '#shared/domains/ask-dns.ts'
import type { ResolveCause, ResolveTxt, TxtRecord } from '#shared/net/ports.ts'
import { fail, ok } from '#shared/result.ts'

const code = 'f7a1c1f0-6f0e-4a5b-8d7e-2f8b1d3c4e5a'
const value = `latchkey-verification=${code}`
const other = `latchkey-verification=${randomUUID()}`

/** Answers from a table; names that are not in it have no records. */
const resolver =
  (table: Record<string, readonly TxtRecord[] | ResolveCause>): ResolveTxt =>
  async (name) => {
    const found = table[name] ?? []
    return typeof found === 'string' ? fail(found) : ok(found)
  }
const ask = (table: Parameters<typeof resolver>[0]) => askDns(resolver(table), 'acme.de', code)

describe('askDns', () => {
  const nothing = { outcome: 'nothing_there' } as const
  const found = { outcome: 'found' } as const
  const doubled = { outcome: 'doubled_suffix', where: 'acme.de.acme.de' } as const
  const cases = [
    ['finds the record', { 'acme.de': [[value]] }, found],
    ['finds it in several strings', { 'acme.de': [[value.slice(0, 9), value.slice(9)]] }, found],
    ['finds it between blanks', { 'acme.de': [[` ${value} `]] }, found],
    ['finds it among others', { 'acme.de': [['v=spf1 -all'], [other], [value], ['']] }, found],
    ['has nothing where there is nothing', {}, nothing],
    [
      'has nothing where there is nothing of ours',
      { 'acme.de': [['v=spf1 -all'], ['x=y']] },
      nothing,
    ],
    [
      'shows another value',
      { 'acme.de': [['v=spf1 -all'], [other]] },
      { outcome: 'other_value', got: [other] },
    ],
    [
      'shows the code alone',
      { 'acme.de': [[code.toUpperCase()]] },
      { outcome: 'other_value', got: [code.toUpperCase()] },
    ],
    [
      'shows a value in quotes',
      { 'acme.de': [[`"${value}"`]] },
      { outcome: 'other_value', got: [`"${value}"`] },
    ],
    [
      'shows a value in capitals',
      { 'acme.de': [[value.toUpperCase()]] },
      { outcome: 'other_value', got: [value.toUpperCase()] },
    ],
    ['sees that the domain was added twice', { 'acme.de.acme.de': [[value]] }, doubled],
    ['sees it for another value, too', { 'acme.de.acme.de': [[other]] }, doubled],
    ['leaves alone what others have there', { 'acme.de.acme.de': [['v=spf1 -all']] }, nothing],
    [
      'says first what stands at the name',
      { 'acme.de': [[other]], 'acme.de.acme.de': [[value]] },
      { outcome: 'other_value', got: [other] },
    ],
    [
      'knows what it knows where the second question fails',
      { 'acme.de.acme.de': 'timeout' },
      nothing,
    ],
    [
      'says that it could not ask',
      { 'acme.de': 'timeout' },
      { outcome: 'could_not_ask', cause: 'timeout' },
    ],
    [
      'says so whatever the second answer is',
      { 'acme.de': 'server_failure', 'acme.de.acme.de': [[value]] },
      { outcome: 'could_not_ask', cause: 'server_failure' },
    ],
  ] as const
  for (const [name, table, finding] of cases) {
    test(name, async () => {
      assert.deepEqual(await ask(table), finding)
    })
  }

  test('asks no name that would be too long', async () => {
    const domain = `${'a.'.repeat(63)}de`
    const asked: string[] = []
    const listening: ResolveTxt = async (name) => {
      asked.push(name)
      return ok([])
    }
    assert.deepEqual(await askDns(listening, domain, code), nothing)
    assert.deepEqual(asked, [domain])
  })
})

describe('readTxt', () => {
  test('shows five values at most, cut and cleaned', () => {
    const long = `latchkey-verification=\u{202e}\n\u{0}${'x'.repeat(5000)}`
    const read = readTxt(
      Array.from({ length: 9 }, () => [long]),
      code,
    )
    assert.ok(read.outcome === 'other_value')
    assert.equal(read.got.length, 5)
    for (const shown of read.got) {
      assert.equal([...shown].length, 201)
      assert.match(shown, /^latchkey-verification=\u{fffd}{3}x+…$/u)
    }
  })

  test('does not look at records without end', () => {
    const many = Array.from({ length: 500 }, () => ['v=spf1'])
    assert.equal(readTxt([...many.slice(1), [value]], code).outcome, 'found')
    assert.equal(readTxt([...many, [value]], code).outcome, 'nothing_there')
  })

  const records = fc.array(fc.array(fc.string({ unit: 'binary' })))

  test('is found exactly where a record is the value', () => {
    const mixed = fc.tuple(records, fc.boolean(), fc.nat({ max: value.length }))
    fc.assert(
      fc.property(mixed, ([others, isThere, cut]) => {
        const ours = isThere ? [[value.slice(0, cut), value.slice(cut)]] : []
        const { outcome } = readTxt([...others, ...ours], code)
        assert.equal(outcome === 'found', isThere)
      }),
    )
  })

  test('shows nothing that hides, whatever the records', () => {
    const meant = records.map((all) => all.map((strings) => [...strings, 'latchkey-verification=']))
    fc.assert(
      fc.property(meant, (all) => {
        const read = readTxt(all, code)
        if (read.outcome !== 'other_value') return
        for (const shown of read.got) assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

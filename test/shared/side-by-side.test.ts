import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { partsOf, sideBySide } from '#shared/side-by-side.ts'

describe('sideBySide', () => {
  test('does so many at a time, and answers in order', async () => {
    let running = 0
    let most = 0
    const outcomes = await sideBySide([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1
      most = Math.max(most, running)
      for (let turn = 0; turn < item; turn++) await Promise.resolve()
      running -= 1
      return item * 10
    })
    assert.deepEqual(outcomes, [50, 10, 40, 20, 30])
    assert.equal(most, 2)
  })

  test('begins no more where one throws, and ends with those that are under way', async () => {
    const done: number[] = []
    const work = sideBySide([1, 2, 3, 4, 5], 2, async (item) => {
      await Promise.resolve()
      if (item === 1) throw new Error('no')
      done.push(item)
    })
    await assert.rejects(work, { message: 'no' })
    assert.deepEqual(done, [2])
  })

  test('does nothing with nothing', async () => {
    assert.deepEqual(await sideBySide([], 4, () => assert.fail('there is nothing')), [])
  })
})

test('partsOf leaves nothing out', () => {
  assert.deepEqual(partsOf([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]])
  assert.deepEqual(partsOf([], 2), [])
})

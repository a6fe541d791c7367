import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { readEnv } from '#shared/http/env.ts'

describe('readEnv', () => {
  const names = ['EXAMPLE_A', 'EXAMPLE_B', 'EXAMPLE_C'] as const
  afterEach(() => {
    for (const name of names) delete process.env[name]
  })

  test('answers what it is asked for', () => {
    Object.assign(process.env, { EXAMPLE_A: '1', EXAMPLE_B: '2', EXAMPLE_C: '3' })
    assert.deepEqual(readEnv('EXAMPLE_A', 'EXAMPLE_B'), { EXAMPLE_A: '1', EXAMPLE_B: '2' })
  })

  test('names all that is missing or empty', () => {
    Object.assign(process.env, { EXAMPLE_A: '1', EXAMPLE_B: '' })
    assert.throws(() => readEnv(...names), { message: 'missing environment: EXAMPLE_B, EXAMPLE_C' })
  })
})

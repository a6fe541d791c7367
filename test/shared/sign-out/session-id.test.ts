import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionId, unnamedSessionId } from '#shared/sign-out/session-id.ts'

test('sessionId is the same for the same session, and another for any other', () => {
  assert.equal(sessionId('a', 'b'), sessionId('a', 'b'))
  const others = [sessionId('a', 'c'), sessionId('c', 'b'), unnamedSessionId('a', 'b')]
  assert.equal(new Set([sessionId('a', 'b'), ...others]).size, 4)
  assert.match(sessionId('a', 'b'), /^[\w-]{43}$/)
})

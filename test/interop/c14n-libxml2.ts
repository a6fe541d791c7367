import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Canonicalization } from '#shared/saml/algorithms.ts'

/** What is to be canonicalized, and how; elements are counted from 0, in document order. */
export type Form = {
  method: Canonicalization
  /** The whole document if nothing is said. */
  element?: number
  omit?: number
  prefixes?: readonly string[]
}

/** By libxml2's numbers (xmlC14NMode). */
const modes = { 'inclusive-1.0': 0, exclusive: 1, 'inclusive-1.1': 2 } as const

/**
 * Starts libxml2 in a process of its own (Debian: python3, libxml2). It gives undefined for what it
 * does not canonicalize.
 */
export async function startLibxml2() {
  const script = new URL('c14n-libxml2.py', import.meta.url).pathname
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child, 'spawn')
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  async function canonicalize(xml: string, forms: readonly Form[]) {
    const request = forms.map(({ method, element, omit, prefixes }) => ({
      mode: modes[method],
      ...(prefixes && { prefixes }),
      ...(element !== undefined && { element: element + 1 }),
      ...(omit !== undefined && { omit: omit + 1 }),
    }))
    child.stdin.write(`${JSON.stringify({ xml, forms: request })}\n`)
    const line = await lines.next()
    assert.ok(!line.done, 'python3 or libxml2 is missing')
    // Written by the script beside this file.
    const answer = JSON.parse(line.value) as { forms: (string | null)[] }
    return answer.forms.map((form) => form ?? undefined)
  }

  return {
    canonicalize,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await ended
    },
  }
}

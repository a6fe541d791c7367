/**
 * Whether the same bytes stand at both places, which must hold as many.
 *
 * Eight bytes a step: in V8 13.6 comparing two typed arrays costs 25 instructions for each element,
 * and a native call more than a name is worth.
 */
export function areBytesEqual(
  a: DataView,
  startA: number,
  b: DataView,
  startB: number,
  length: number,
): boolean {
  const last = length - 8
  if (last < 0) return areFewEqual(a, startA, b, startB, length)
  for (let i = 0; i < last; i += 8) {
    if (a.getBigInt64(startA + i) !== b.getBigInt64(startB + i)) return false
  }
  // The last eight, some of them for the second time.
  return a.getBigInt64(startA + last) === b.getBigInt64(startB + last)
}

function areFewEqual(a: DataView, startA: number, b: DataView, startB: number, length: number) {
  for (let i = 0; i < length; i++) if (a.getInt8(startA + i) !== b.getInt8(startB + i)) return false
  return true
}

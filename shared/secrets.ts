import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** SHA-256 in base64url: how every secret is stored. Secrets have 256 random bits, so no salt. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

/** 256 random bits, base64url: 43 characters. */
export const newSecret = () => randomBytes(32).toString('base64url')

/** Compares in constant time. Hashes of one algorithm have one length, so nothing leaks by it. */
export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

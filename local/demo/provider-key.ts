import { readFileSync, writeFileSync } from 'node:fs'
import { generate } from 'selfsigned'
import type { ProviderKey } from './saml-provider.ts'

const TEN_YEARS_MS = 10 * 365 * 24 * 3600 * 1000

/**
 * The key that the demo's identity provider signs with. The same one after a restart, or what was
 * configured before would not trust it.
 *
 * @param file where it is kept; without it, nowhere
 */
export async function providerKey(file: string | undefined): Promise<ProviderKey> {
  const kept = file && readKey(file)
  if (kept) return kept
  const key = await newProviderKey()
  if (file) writeFileSync(file, JSON.stringify(key, null, 2), { mode: 0o600 })
  return key
}

export async function newProviderKey(): Promise<ProviderKey> {
  const generated = await generate([{ name: 'commonName', value: 'Demo identity provider' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + TEN_YEARS_MS),
  })
  return { privateKey: generated.private, certificate: generated.cert }
}

function readKey(file: string): ProviderKey | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProviderKey // our own file
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: delete the data folder`, { cause: error })
  }
}

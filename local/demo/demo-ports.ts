import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DemoPort } from './demo-server.ts'

export type DemoPorts = { identityProvider: DemoPort; product: DemoPort }
type Kept = Record<keyof DemoPorts, number>

/**
 * Where the demo listens. Its addresses are part of what is seeded, so that they must be the same
 * after a restart; before the first one, the ports after the API's are only a wish.
 *
 * @param file where they are kept; without it, nowhere
 */
export function demoPorts(file: string | undefined, apiPort: number): DemoPorts {
  const kept = file && readPorts(file)
  if (kept) {
    return {
      identityProvider: { port: kept.identityProvider, isPortOptional: false },
      product: { port: kept.product, isPortOptional: false },
    }
  }
  const wish = (offset: number) => ({
    port: apiPort === 0 ? 0 : apiPort + offset,
    isPortOptional: true,
  })
  return { product: wish(1), identityProvider: wish(2) }
}

export function keepPorts(file: string, { identityProvider, product }: Kept) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ identityProvider, product }))
}

function readPorts(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept // our own file
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: delete the data folder`, { cause: error })
  }
}

import { join } from 'node:path'
import { owned } from '#local/owned.ts'
import type { Seeded } from '#local/seed/seed-answer.ts'
import type { SeedInput } from '#local/seed/seed-file.ts'
import { demoPorts, keepPorts } from './demo-ports.ts'
import { startDemoProcess } from './demo-process.ts'
import { demoSeed, demoSettings } from './demo-seed.ts'
import type { DemoPort } from './demo-server.ts'
import type { IdentityProviderDetails, IdentityProviderOptions } from './identity-provider.ts'
import type { ProductDetails } from './product.ts'

export type DemoOptions = {
  /** Keeps ports and key, so that what has been seeded with them stays true. */
  folder?: string
  /** Of the HTTP API: the demo takes the next ones where they are free; 0: any. */
  apiPort: number
  /** Called if a part of the demo ends by itself. */
  onDeath: (sentence: string) => void
}

/** A product and a customer's identity provider, each a process of its own. */
export type Demo = {
  identityProviderUrl: string
  productUrl: string
  /** What the stack must be given for them to work. */
  seed: SeedInput
  /** Tells them what became of their seed; until then they let everybody wait. */
  connect: (seeded: Seeded) => void
  stop: () => Promise<void>
}

/** Starts the demo; its parts end with this process, however that ends. */
export async function startDemo({ folder, apiPort, onDeath }: DemoOptions): Promise<Demo> {
  await using parts = new AsyncDisposableStack()
  const portsFile = folder && join(folder, 'demo-ports.json')
  const ports = demoPorts(portsFile, apiPort)
  const options = { ...ports.identityProvider, ...(folder && { folder }) }
  const [provider, product] = await Promise.all([
    owned(startProvider(options, onDeath), parts),
    owned(startProduct(ports.product, onDeath), parts),
  ])
  const { url: identityProviderUrl, metadata } = provider.details
  const { url: productUrl } = product.details
  if (portsFile) {
    keepPorts(portsFile, {
      identityProvider: portOf(identityProviderUrl),
      product: portOf(productUrl),
    })
  }
  const running = parts.move()
  return {
    identityProviderUrl,
    productUrl,
    seed: demoSeed(metadata, productUrl),
    connect(seeded) {
      const settings = demoSettings(seeded, productUrl)
      provider.configure(settings.identityProvider)
      product.configure(settings.product)
    },
    stop: () => running.disposeAsync(),
  }
}

const startProvider = (options: IdentityProviderOptions, onDeath: DemoOptions['onDeath']) =>
  startDemoProcess<IdentityProviderDetails>({
    name: 'demo identity provider',
    script: 'identity-provider.ts',
    options,
    onDeath,
  })

const startProduct = (options: DemoPort, onDeath: DemoOptions['onDeath']) =>
  startDemoProcess<ProductDetails>({ name: 'demo product', script: 'product.ts', options, onDeath })

const portOf = (url: string) => Number(new URL(url).port)

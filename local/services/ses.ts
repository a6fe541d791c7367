import type { AddressInfo } from 'node:net'

export type LocalSes = {
  /** The SES API, and in a browser the mails it was given. */
  url: string
  stop: () => Promise<void>
}

/** Starts an SES endpoint on a free port of 127.0.0.1. Mails live in memory and go nowhere. */
export async function startSes(): Promise<LocalSes> {
  const { default: ses } = await import('aws-ses-v2-local') // 280 ms that need not come first
  const server = await ses.default({ host: '127.0.0.1', port: 0 })
  const { port } = server.address() as AddressInfo // a TCP server has no other kind
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      return promise
    },
  }
}

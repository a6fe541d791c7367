import { once } from 'node:events'
import type { Server } from 'node:http'

/** Starts listening and answers the server's URL; a taken port is an error in one sentence. */
export async function listen(server: Server, { port, host }: { port: number; host: string }) {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(problem(cause, port, host), { cause })
  }
  const address = server.address()
  const taken = typeof address === 'object' && address ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`
}

function problem(cause: unknown, port: number, host: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is already in use: end the program that holds it or choose another port`
  }
  if (code === 'EACCES') return `Port ${port} on ${host} may not be opened by this user`
  return `Cannot listen on port ${port} of ${host}`
}

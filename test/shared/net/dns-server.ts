import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** What a name has: texts, each of which may be several strings, and IPv4 addresses. */
export type Zone = Record<
  string,
  | { txt?: readonly (string | readonly string[])[]; a?: readonly string[] }
  /** A server that fails, refuses, or says nothing. */
  | 'servfail'
  | 'refused'
  | 'silent'
>

const TXT = 16
const A = 1
const typeNames: Readonly<Record<number, string>> = { [TXT]: 'TXT', [A]: 'A' }
const rcodes = { servfail: 2, nxdomain: 3, refused: 5 } as const

/**
 * A DNS server on a loopback address, by UDP and TCP, that answers TXT and A from a zone which may
 * be changed at any time (RFC 1035). What does not fit into a datagram of 512 bytes is asked for by
 * TCP. It remembers what it was asked.
 */
export async function dnsServer(zone: Zone = {}) {
  const asked: string[] = []
  const answer = (query: Buffer, isTcp: boolean): Buffer | undefined => {
    const question = readQuestion(query)
    asked.push(`${typeNames[question.type] ?? question.type} ${question.name}`)
    const found = zone[question.name]
    if (found === 'silent') return undefined
    if (typeof found === 'string') return message(query, question.end, rcodes[found], [])
    if (!found) return message(query, question.end, rcodes.nxdomain, [])
    const full = message(query, question.end, 0, recordsOf(found, question.type))
    return isTcp || full.length <= 512 ? full : truncated(query, question.end)
  }
  const tcp = createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const length = received.readUInt16BE()
        const reply = answer(received.subarray(2, 2 + length), true)
        received = received.subarray(2 + length)
        if (reply) socket.write(Buffer.concat([u16(reply.length), reply]))
      }
    })
  })
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  tcp.listen(0, '127.0.0.1', resolve)
  await listening
  const address = tcp.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port } = address
  const udp = createSocket('udp4')
  udp.on('message', (query, { port: from, address: sender }) => {
    const reply = answer(query, false)
    if (reply) udp.send(reply, from, sender)
  })
  const bound = Promise.withResolvers<void>()
  udp.bind(port, '127.0.0.1', bound.resolve)
  await bound.promise
  return {
    address: `127.0.0.1:${port}`,
    zone,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = [
        new Promise<void>((done) => udp.close(() => done())),
        new Promise<void>((done) => tcp.close(() => done())),
      ]
      await Promise.all(closed)
    },
  }
}

export type DnsServer = Awaited<ReturnType<typeof dnsServer>>

const u16 = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** The one question of a query; its name is not compressed. */
function readQuestion(query: Buffer) {
  const labels: string[] = []
  let at = 12
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** Data of the records of a type, in the wire's form. */
function recordsOf(found: Exclude<Zone[string], string>, type: number) {
  if (type === A)
    return (found.a ?? []).map((a) => ({ type, data: Buffer.from(a.split('.').map(Number)) }))
  if (type !== TXT) return []
  return (found.txt ?? []).map((text) => {
    const strings = [text].flat().map((string) => Buffer.from(string, 'utf8'))
    const data = strings.flatMap((bytes) => [Buffer.from([bytes.length]), bytes])
    return { type, data: Buffer.concat(data) }
  })
}

type WireRecord = { type: number; data: Buffer }

function message(
  query: Buffer,
  end: number,
  rcode: number,
  records: readonly WireRecord[],
): Buffer {
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180 | rcode, 2) // an answer, recursion available
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  header.writeUInt32BE(0, 8)
  const answers = records.flatMap(({ type, data }) => [
    Buffer.from([0xc0, 12]), // the name of the question
    u16(type),
    u16(1),
    Buffer.alloc(4), // not to be kept
    u16(data.length),
    data,
  ])
  return Buffer.concat([header, query.subarray(12, end), ...answers])
}

function truncated(query: Buffer, end: number): Buffer {
  const reply = message(query, end, 0, [])
  reply.writeUInt16BE(0x8380, 2)
  return reply
}

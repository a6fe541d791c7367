import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { listen } from '#local/listen.ts'
import { type LocalDynamodb, startDynamodb } from '#local/services/dynamodb.ts'

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const clientOf = (url: string) =>
  new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 })

/** Whether nothing answers there any more. */
async function isGone(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  return answer === undefined
}

const things = new CreateTableCommand({
  TableName: 'things',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
})

test('startDynamodb keeps tables in its folder over a restart', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-dynamodb-'))
  const first = await startDynamodb({ folder: folder.path })
  await clientOf(first.url).send(things)
  await first.stop()
  assert.equal(await isGone(first.url), true)
  const second = await startDynamodb({ folder: folder.path })
  const { TableNames } = await clientOf(second.url).send(new ListTablesCommand())
  await second.stop()
  await second.stop() // may be stopped again
  assert.deepEqual(TableNames, ['things'])
})

test('DynamoDB Local ends when the process that started it is killed', async () => {
  const script = `
    import { startDynamodb } from '#local/services/dynamodb.ts'
    console.log((await startDynamodb()).url)`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.race([once(parent.stdout, 'data'), once(parent.stdout, 'end')])
  assert.ok(output, 'the script ended before DynamoDB Local was there')
  const url = String(output).trim()
  assert.equal(await isGone(url), false)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  for (let waits = 0; waits < 100 && !(await isGone(url)); waits++) await sleep(50)
  assert.equal(await isGone(url), true)
})

test('startDynamodb says that Java is missing', async () => {
  await assert.rejects(startDynamodb({ java: '/nowhere/java' }), {
    message: /^Java is missing: .* needs a Java runtime of version 17 or newer/,
  })
})

test('startDynamodb says that Java is too old', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-java-'))
  const java = join(folder.path, 'java')
  const complaint = 'java.lang.UnsupportedClassVersionError: class file version 61.0'
  writeFileSync(java, `#!/bin/sh\necho '${complaint}' >&2\nexit 1\n`, { mode: 0o755 })
  await assert.rejects(startDynamodb({ java }), {
    message: /^The Java that JAVA_HOME or PATH names is too old: .* 17 or newer/,
  })
})

test('startDynamodb passes on what else keeps Java from starting', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-java-'))
  const java = join(folder.path, 'java')
  writeFileSync(java, "#!/bin/sh\necho 'out of memory' >&2\nexit 3\n", { mode: 0o755 })
  await assert.rejects(startDynamodb({ java }), {
    message: 'DynamoDB Local ended with code 3: out of memory',
  })
})

/** A server that answers everybody, as another service of the stack does. */
async function otherServer() {
  const server = createServer((_, response) => response.end('not DynamoDB'))
  const url = await listen(server, { port: 0, host: '127.0.0.1' })
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { port: Number(new URL(url).port), [Symbol.dispose]: close }
}

/** A port that was free a moment ago. */
async function freshPort() {
  using server = await otherServer()
  return server.port
}

const stopping = (dynamodb: LocalDynamodb) => ({
  ...dynamodb,
  [Symbol.asyncDispose]: dynamodb.stop,
})

test('startDynamodb takes another port where somebody got its port first', async () => {
  using other = await otherServer()
  const free = await freshPort()
  const ports = [other.port, free]
  await using dynamodb = stopping(
    await startDynamodb({ findPort: async () => ports.shift() ?? free }),
  )
  assert.equal(dynamodb.url, `http://127.0.0.1:${free}`)
  const { TableNames } = await clientOf(dynamodb.url).send(new ListTablesCommand())
  assert.deepEqual(TableNames, [])
})

test('startDynamodb takes no other DynamoDB Local for its own', async () => {
  await using first = stopping(await startDynamodb())
  const free = await freshPort()
  const ports = [Number(new URL(first.url).port), free]
  await using second = stopping(
    await startDynamodb({ findPort: async () => ports.shift() ?? free }),
  )
  assert.notEqual(second.url, first.url)
})

test('startDynamodb gives up when its port is taken each time', async () => {
  using other = await otherServer()
  await assert.rejects(startDynamodb({ findPort: async () => other.port }), {
    message: 'DynamoDB Local’s port was taken each time while it started: start again',
  })
})

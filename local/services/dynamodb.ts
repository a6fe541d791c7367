import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen } from '#local/listen.ts'

type DynamodbOptions = {
  /** Where the tables are kept; without it they live in memory. */
  folder?: string
  /** The Java program; by default that of JAVA_HOME, else the one on the PATH. */
  java?: string
  /** Finds a port that is free now; another program may have it before Java has started. */
  findPort?: () => Promise<number>
}

export type LocalDynamodb = { url: string; stop: () => Promise<void> }

/** So many ports may be lost to other programs. */
const MAX_ATTEMPTS = 5

/**
 * Starts AWS's own DynamoDB Local and waits until it answers. It serves DynamoDB Streams too.
 *
 * It listens on all network interfaces and can be told nothing else (1.25.1), so on an untrusted
 * network let a firewall close its port. Whoever reaches it can use it.
 *
 * Source: DynamoDB Developer Guide, "DynamoDB local usage notes".
 */
export async function startDynamodb(options: DynamodbOptions = {}): Promise<LocalDynamodb> {
  const { folder, java = javaProgram(), findPort = freePort } = options
  if (folder) mkdirSync(folder, { recursive: true })
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const port = await findPort()
    const started = await startAt(port, { folder, java })
    if (started) return started
  }
  throw new Error('DynamoDB Local’s port was taken each time while it started: start again')
}

type Program = { folder: string | undefined; java: string }

/** Answers nothing when somebody else has the port. */
async function startAt(
  port: number,
  { folder, java }: Program,
): Promise<LocalDynamodb | undefined> {
  const storage = folder ? ['-dbPath', resolve(folder)] : ['-inMemory']
  const stopSignal = folder ? 'TERM' : 'KILL' // tables in memory are not worth waiting for
  // Only this origin may read answers in a browser: by default every web page may. Nobody has it, so
  // it also tells this DynamoDB Local from whatever else may listen at the port.
  const origin = `https://${randomUUID()}.invalid`
  const child = spawnGuarded(stopSignal, java, [
    ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'], // starts a fifth faster
    ...['-jar', 'DynamoDBLocal.jar', '-port', String(port), '-cors', origin],
    ...['-sharedDb', '-disableTelemetry', ...storage],
  ])
  const stop = () => stopChild(child)
  const url = `http://127.0.0.1:${port}`
  try {
    if (await isReady(child, url, origin)) return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
  await stop()
  return undefined
}

/**
 * Ends Java when its standard input closes, which also happens when this process crashes. Java
 * itself would live on. A process group of its own keeps Ctrl-C from ending it before the functions
 * that still use it.
 */
const GUARD = `
  "$0" "$@" </dev/null & java=$!
  { read -r _; kill -s "$STOP_SIGNAL" $java; } <&3 >/dev/null 2>&1 & guard=$!
  wait $java; code=$?
  kill $guard 2>/dev/null
  exit $code`

function spawnGuarded(stopSignal: string, java: string, args: readonly string[]): ChildProcess {
  const require = createRequire(import.meta.url)
  // The npm package is only the jar's carrier: importing it would start another program around it.
  const carrier = dirname(require.resolve('amplify-dynamodb-simulator/package.json'))
  return spawn('/bin/sh', ['-c', `exec 3<&0; ${GUARD}`, java, ...args], {
    cwd: join(carrier, 'emulator'),
    env: { ...process.env, STOP_SIGNAL: stopSignal },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin?.end()
  await exited
}

function javaProgram() {
  const home = process.env['JAVA_HOME']
  return home ? join(home, 'bin', 'java') : 'java'
}

/** Asks it of all interfaces, because those are what DynamoDB Local wants. */
async function freePort(): Promise<number> {
  const probe = createServer()
  const url = await listen(probe, { port: 0, host: '0.0.0.0' })
  probe.close()
  await once(probe, 'close')
  return Number(new URL(url).port)
}

/**
 * Waits until it answers; false when its port is somebody else's. Rejects with one clear sentence
 * when Java ends for another reason.
 */
async function isReady(child: ChildProcess, url: string, origin: string): Promise<boolean> {
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(0, 4000)
  })
  const deadline = Date.now() + 30_000
  for (;;) {
    if (complaint.includes('Failed to bind')) return false
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(problem(complaint, child.exitCode))
    }
    if (await isAt(url, origin)) return true
    if (Date.now() > deadline) throw new Error('DynamoDB Local did not start within 30 s')
    await sleep(20)
  }
}

async function isAt(url: string, origin: string): Promise<boolean> {
  try {
    const { headers } = await fetch(url, { headers: { origin }, signal: AbortSignal.timeout(1000) })
    return headers.get('access-control-allow-origin') === origin
  } catch {
    return false
  }
}

const NEEDED =
  'the local stack runs AWS’s DynamoDB Local, which needs a Java runtime of version 17 or newer ' +
  '(apt install openjdk-17-jre-headless, brew install openjdk)'

function problem(complaint: string, exitCode: number | null): string {
  if (exitCode === 127 || complaint.includes('Unable to locate a Java Runtime')) {
    return `Java is missing: ${NEEDED}`
  }
  if (complaint.includes('UnsupportedClassVersionError')) {
    return `The Java that JAVA_HOME or PATH names is too old: ${NEEDED}`
  }
  return `DynamoDB Local ended with code ${exitCode}: ${complaint.trim()}`
}

// Plain JavaScript on purpose: Node 24 would load its TypeScript stripper into every environment,
// 40 ms of each cold start. lambda-protocol.ts holds the types of what passes between the threads.
import { StringDecoder } from 'node:string_decoder'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { patchConsole } from './lambda-console.mjs'

const { codeDir, handler, context } = workerData
let currentRequestId

// Written straight to the port instead of the thread's own pipes: those are flushed later, so that a
// line could arrive after the answer of its invocation, or never when the environment is killed.
for (const stream of [process.stdout, process.stderr]) {
  const decoder = new StringDecoder('utf8')
  stream.write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
    parentPort.postMessage({ kind: 'log', text })
    const done = typeof encoding === 'function' ? encoding : callback
    if (done) process.nextTick(done)
    return true
  }
}
patchConsole(() => currentRequestId)

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stack: error.stack }
    : { errorType: typeof error, errorMessage: String(error), stack: '' }

function fail(kind, { errorType, errorMessage, stack = '' }) {
  console.error({ errorType, errorMessage, stackTrace: stack.split('\n') })
  parentPort.postMessage({ kind, error: { errorType, errorMessage } })
}

/** Ends the environment as Lambda's runtime does: the invocation fails, the next one starts afresh. */
function crash(error, status) {
  fail('crashed', error)
  process.exit(status)
}

process.on('uncaughtException', (error) => crash(describe(error), 129))
process.on('unhandledRejection', (reason) => {
  crash({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection' }, 128)
})

const initErrorType = (error) => {
  if (error?.code === 'ERR_MODULE_NOT_FOUND') return 'Runtime.ImportModuleError'
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError'
  return describe(error).errorType
}

async function loadHandler() {
  const dot = handler.lastIndexOf('.')
  const [file, name] = [handler.slice(0, dot), handler.slice(dot + 1)]
  try {
    const module = await import(pathToFileURL(`${codeDir}/${file}.mjs`).href)
    if (typeof module[name] === 'function') return module[name]
  } catch (error) {
    return crash({ ...describe(error), errorType: initErrorType(error) }, 1)
  }
  const errorMessage = `${handler} is undefined or not exported`
  return crash({ errorType: 'Runtime.HandlerNotFound', errorMessage }, 1)
}

const serialize = (response) => {
  try {
    return JSON.stringify([response]).slice(1, -1) // in a list, what JSON lacks becomes null
  } catch (cause) {
    const error = new Error('Unable to stringify response body', { cause })
    error.name = 'Runtime.MarshalError'
    throw error
  }
}

const startedAt = performance.now()
const run = await loadHandler()
parentPort.on('message', async ({ requestId, event, deadline }) => {
  currentRequestId = requestId
  const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now())
  const invocation = { ...context, awsRequestId: requestId, getRemainingTimeInMillis }
  try {
    const payload = serialize(await run(JSON.parse(event), invocation))
    parentPort.postMessage({ kind: 'answered', payload })
  } catch (error) {
    fail('failed', describe(error))
  }
})
parentPort.postMessage({ kind: 'ready', initMs: performance.now() - startedAt })

import { format } from 'node:util'

const levels = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
}

const described = (error) => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: (error.stack ?? '').split('\n'),
})

const withErrors = (_key, value) => (value instanceof Error ? described(value) : value)

function logEntry(head, parts) {
  try {
    if (parts.length === 1) return JSON.stringify({ ...head, message: parts[0] }, withErrors)
  } catch {
    // What JSON cannot hold, a cycle for example, is formatted as text.
  }
  const error = parts.find((part) => part instanceof Error)
  return JSON.stringify({ ...head, message: format(...parts), ...(error && described(error)) })
}

/**
 * Makes each call of the console one line of JSON with time, level and request id, as Lambda's
 * runtime does for functions with the JSON log format.
 *
 * Source: AWS Lambda Developer Guide, "Using structured JSON logs with Node.js".
 */
export function patchConsole(currentRequestId) {
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...parts) => {
      const timestamp = new Date().toISOString()
      const head = { timestamp, level, requestId: currentRequestId() }
      process.stdout.write(`${logEntry(head, parts)}\n`)
    }
  }
}

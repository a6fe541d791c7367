/** What Lambda reports of an invocation that failed. */
export type InvokeError = { errorType: string; errorMessage: string }

/** The function's answer after a round trip through JSON, or why there is none. */
export type InvokeResult = { payload: unknown } | { error: InvokeError }

/** Calls a function by name and waits for its answer; never throws. */
export type Invoke = (functionName: string, event: unknown) => Promise<InvokeResult>

/** One invocation as the worker gets it: the event is JSON, the deadline epoch milliseconds. */
export type WorkerRequest = { requestId: string; event: string; deadline: number }

/** What a worker tells its host, in order; it ends itself after `crashed`. */
export type WorkerMessage =
  | { kind: 'log'; text: string }
  | { kind: 'ready'; initMs: number }
  | { kind: 'answered'; payload: string }
  | { kind: 'failed'; error: InvokeError }
  | { kind: 'crashed'; error: InvokeError }

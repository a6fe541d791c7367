import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { InvokeError } from '#local/lambda/lambda-protocol.ts'
import { type LambdaSettings, startLambdas } from '#local/lambda/lambdas.ts'

const run = promisify(execFile)

type Options = Partial<LambdaSettings> & {
  timeoutSeconds?: number
  environment?: Record<string, string>
}

/** Runs one function called `probe` whose index.mjs is the given source. */
async function lambdasOf(source: string, { timeoutSeconds = 10, ...settings }: Options = {}) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'latchkey-lambda-'))
  await writeFile(join(folder.path, 'index.mjs'), source)
  const logged: string[] = []
  const definition = {
    name: 'probe',
    codeDir: folder.path,
    handler: 'index.handler',
    timeoutSeconds,
    memoryMb: 512,
    environment: { TABLE_NAME: 'directory' },
  }
  const lambdas = startLambdas([definition], {
    environment: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' },
    region: 'eu-central-1',
    accountId: '000000000000',
    onLog: ({ functionName, text }) => logged.push(`${functionName}: ${text}`),
    ...settings,
  })
  return {
    ...lambdas,
    folder: folder.path,
    logged,
    run: (event: unknown = {}) => lambdas.invoke('probe', event),
    async [Symbol.asyncDispose]() {
      await lambdas.stop()
      await folder.remove()
    },
  }
}

/** A function that takes orders: it answers, waits, or fails as its event says. */
const obedient = `
let invocations = 0
export const handler = async ({ waitMs, exit, spin, crash, reject }) => {
  invocations += 1
  if (waitMs) await new Promise((resolve) => setTimeout(resolve, waitMs))
  if (exit !== undefined) process.exit(exit)
  if (crash) setTimeout(() => { throw new RangeError('background') })
  if (reject) Promise.reject(new Error('nobody caught me'))
  if (crash || reject) await new Promise(() => {})
  while (spin);
  return invocations
}`

const errorType = (result: object) =>
  'error' in result ? (result.error as { errorType: string }).errorType : 'no error'

test('an idle environment is reused, and loads its code once', async () => {
  await using probe = await lambdasOf(obedient)
  assert.deepEqual(
    [await probe.run(), await probe.run(), await probe.run()],
    [{ payload: 1 }, { payload: 2 }, { payload: 3 }],
  )
  const [coldStart = 0, ...others] = probe.coldStarts()['probe'] ?? []
  assert.ok(coldStart > 0)
  assert.deepEqual(others, [])
})

test('concurrent invocations run in environments of their own', async () => {
  await using probe = await lambdasOf(obedient)
  const results = await Promise.all([probe.run({ waitMs: 50 }), probe.run({ waitMs: 50 })])
  assert.deepEqual(results, [{ payload: 1 }, { payload: 1 }])
})

test('invocations beyond the maximum wait for their turn, in order', async () => {
  await using probe = await lambdasOf(obedient, { maxConcurrency: 1 })
  const results = await Promise.all([1, 2, 3, 4].map(() => probe.run({ waitMs: 5 })))
  assert.deepEqual(
    results.map((result) => 'payload' in result && result.payload),
    [1, 2, 3, 4],
  )
  assert.equal(probe.coldStarts()['probe']?.length, 1)
})

const answers: readonly [name: string, source: string, payload: unknown][] = [
  ['undefined becomes null', 'undefined', null],
  ['a function becomes null', '() => 1', null],
  ['a date becomes a string', 'new Date(0)', '1970-01-01T00:00:00.000Z'],
  ['undefined properties vanish', '({ a: undefined, b: [undefined] })', { b: [null] }],
  ['text stays text', '"naïve ✓"', 'naïve ✓'],
]
for (const [name, source, payload] of answers) {
  test(`answers pass through JSON: ${name}`, async () => {
    await using probe = await lambdasOf(`export const handler = async () => (${source})`)
    assert.deepEqual(await probe.run(), { payload })
  })
}

test('an event that is missing is null', async () => {
  await using probe = await lambdasOf('export const handler = async (event) => [event]')
  assert.deepEqual(await probe.invoke('probe', undefined), { payload: [null] })
})

test('events pass through JSON', async () => {
  await using probe = await lambdasOf('export const handler = async (event) => event')
  assert.deepEqual(await probe.run({ at: new Date(0), gone: undefined }), {
    payload: { at: '1970-01-01T00:00:00.000Z' },
  })
})

const handlerErrors: readonly [name: string, source: string, error: InvokeError][] = [
  [
    'a thrown error',
    'throw new RangeError("too far")',
    { errorType: 'RangeError', errorMessage: 'too far' },
  ],
  ['a thrown string', 'throw "plain"', { errorType: 'string', errorMessage: 'plain' }],
  [
    'an answer that is no JSON',
    'return { big: 1n }',
    { errorType: 'Runtime.MarshalError', errorMessage: 'Unable to stringify response body' },
  ],
]
for (const [name, statement, error] of handlerErrors) {
  test(`${name} fails the invocation and keeps the environment`, async () => {
    await using probe = await lambdasOf(
      `let n = 0; export const handler = async () => { if (n++ === 0) { ${statement} } return n }`,
    )
    assert.deepEqual(await probe.run(), { error })
    assert.deepEqual(await probe.run(), { payload: 2 })
    const { level, message } = JSON.parse(probe.logged.join().replace('probe: ', ''))
    assert.equal(level, 'ERROR')
    assert.equal(message.errorType, error.errorType)
    assert.ok(Array.isArray(message.stackTrace))
  })
}

const crashes = [
  ['process.exit', { exit: 3 }, 'Runtime.ExitError'],
  ['process.exit with success', { exit: 0 }, 'Runtime.ExitError'],
  ['an uncaught exception', { crash: true }, 'RangeError'],
  ['an unhandled rejection', { reject: true }, 'Runtime.UnhandledPromiseRejection'],
] as const
for (const [name, event, type] of crashes) {
  test(`${name} ends the environment, and the next invocation starts another`, async () => {
    await using probe = await lambdasOf(obedient)
    assert.deepEqual(await probe.run(), { payload: 1 })
    assert.equal(errorType(await probe.run(event)), type)
    assert.deepEqual(await probe.run(), { payload: 1 })
  })
}

test('a crash hands the turn to the invocation that waits', async () => {
  await using probe = await lambdasOf(obedient, { maxConcurrency: 1 })
  const [first, second] = await Promise.all([probe.run({ crash: true }), probe.run()])
  assert.equal(errorType(first), 'RangeError')
  assert.deepEqual(second, { payload: 1 })
})

test('an environment that crashes while it is idle is not used again', async () => {
  await using probe = await lambdasOf(
    `process.on('exit', () => process.stdout.write('gone\\n'))
    export const handler = async () => { setTimeout(() => process.exit(1)) }`,
  )
  await probe.run()
  while (!probe.logged.includes('probe: gone')) await setTimeout(5)
  await setTimeout(1000) // from its last words to its end
  assert.ok('payload' in (await probe.run()))
  assert.equal(probe.coldStarts()['probe']?.length, 2)
})

const initErrors: readonly [name: string, source: string, type: string][] = [
  ['an error thrown by the module', 'throw new TypeError("no TABLE_NAME")', 'TypeError'],
  ['a missing import', 'import "./missing.mjs"', 'Runtime.ImportModuleError'],
  ['broken code', 'export const handler = (', 'Runtime.UserCodeSyntaxError'],
  ['no such export', 'export const other = 1', 'Runtime.HandlerNotFound'],
  ['an exit', 'process.exit(7)', 'Runtime.ExitError'],
]
for (const [name, source, type] of initErrors) {
  test(`${name} during init fails the invocation, and the next one tries again`, async () => {
    await using probe = await lambdasOf(source)
    assert.equal(errorType(await probe.run()), type)
    await writeFile(join(probe.folder, 'index.mjs'), 'export const handler = async () => "mended"')
    assert.deepEqual(await probe.run(), { payload: 'mended' })
  })
}

test('an init that never ends is given up', async () => {
  await using probe = await lambdasOf('await new Promise(() => { setInterval(() => {}, 1000) })', {
    initTimeoutMs: 200,
  })
  assert.equal(errorType(await probe.run()), 'Sandbox.Timedout')
})

for (const [name, event] of [
  ['a handler that waits forever', { waitMs: 60_000 }],
  ['a handler that never yields', { spin: true }],
] as const) {
  test(`${name} is ended by its time-out`, async () => {
    await using probe = await lambdasOf(obedient, { timeoutSeconds: 0.2 })
    assert.deepEqual(await probe.run(event), {
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: 'Task timed out after 0.20 seconds',
      },
    })
    assert.deepEqual(await probe.run(), { payload: 1 })
  })
}

test('kill ends what executes and leaves the rest', async () => {
  await using probe = await lambdasOf(obedient)
  const [, executing] = await Promise.all([probe.run(), probe.run({ waitMs: 1 })])
  assert.ok('payload' in executing)
  const doomed = probe.run({ waitMs: 60_000 })
  await probe.run()
  await probe.kill('probe')
  assert.equal(errorType(await doomed), 'Runtime.ExitError')
  assert.deepEqual(Object.keys(await probe.run()), ['payload'])
  assert.equal(probe.coldStarts()['probe']?.length, 2)
})

test('stop fails what executes, what waits and what comes later', async () => {
  await using probe = await lambdasOf(obedient, { maxConcurrency: 1 })
  const invocations = [probe.run({ waitMs: 60_000 }), probe.run(), probe.run()]
  await setImmediate()
  await probe.stop()
  const results = await Promise.all([...invocations, probe.run()])
  assert.deepEqual(results.map(errorType), [
    'Runtime.ExitError',
    'ServiceException',
    'ServiceException',
    'ServiceException',
  ])
})

test('a function sees its own variables and no others', async (t) => {
  process.env['LATCHKEY_HOST_SECRET'] = 'not for functions'
  t.after(() => delete process.env['LATCHKEY_HOST_SECRET'])
  await using probe = await lambdasOf('export const handler = async () => process.env')
  assert.deepEqual(await probe.run(), {
    payload: {
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'probe',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_NAME: 'probe',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/probe',
      AWS_LAMBDA_LOG_STREAM_NAME: 'local/[$LATEST]',
      AWS_REGION: 'eu-central-1',
      AWS_SECRET_ACCESS_KEY: 'local',
      LAMBDA_TASK_ROOT: probe.folder,
      LANG: 'en_US.UTF-8',
      TABLE_NAME: 'directory',
      TZ: ':UTC',
    },
  })
})

test('the context names the function and counts down to its time-out', async () => {
  await using probe = await lambdasOf(`
    export const handler = async (_event, context) => {
      const before = context.getRemainingTimeInMillis()
      await new Promise((resolve) => setTimeout(resolve, 30))
      return { ...context, before, after: context.getRemainingTimeInMillis() }
    }`)
  const result = await probe.run()
  assert.ok('payload' in result)
  const { before, after, awsRequestId, ...context } = result.payload as Record<string, number>
  assert.ok(before && after && before <= 10_000 && after > 0 && before - after >= 25)
  assert.match(String(awsRequestId), /^[0-9a-f-]{36}$/)
  assert.deepEqual(context, {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'probe',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:probe',
    logGroupName: '/aws/lambda/probe',
    logStreamName: 'local/[$LATEST]',
    memoryLimitInMB: '512',
  })
})

test('each line that a function writes is there before its answer', async () => {
  await using probe = await lambdasOf(`
    process.stdout.write('loading\\n')
    export const handler = async () => {
      process.stdout.write('two\\nlines\\n')
      process.stderr.write('of stderr\\n')
      process.stdout.write(new Uint8Array([0xe2, 0x9c]))
      process.stdout.write(new Uint8Array([0x93]))
      process.stdout.write(' no line end')
    }`)
  await probe.run()
  assert.deepEqual(probe.logged, [
    'probe: loading',
    'probe: two',
    'probe: lines',
    'probe: of stderr',
    'probe: ✓ no line end',
  ])
})

test('each call of the console is one line of JSON, with the request it belongs to', async () => {
  await using probe = await lambdasOf(`
    console.log('loading')
    export const handler = async (_event, { awsRequestId }) => {
      console.info({ code: 'token_redeemed', count: 1, list: [{ deep: { deeper: {} } }] })
      console.warn('%s of\\n%d', 'one', 2)
      console.error(new RangeError('too far'))
      console.error('it failed:', new TypeError('no'))
      const cycle = {}
      cycle.self = cycle
      console.debug(cycle)
      return awsRequestId
    }`)
  const result = await probe.run()
  assert.ok('payload' in result)
  const entries = probe.logged.map((line) => JSON.parse(line.replace('probe: ', '')))
  for (const entry of entries) assert.ok(Date.parse(entry.timestamp) > 0)
  for (const { stackTrace } of [entries[3].message, entries[4]]) {
    assert.match(stackTrace[0], /^(RangeError: too far|TypeError: no)$/)
  }
  const timeless = entries.map(({ timestamp: _, ...entry }) => entry)
  const requestId = result.payload
  assert.deepEqual(timeless.slice(0, 3), [
    { level: 'INFO', message: 'loading' },
    {
      level: 'INFO',
      requestId,
      message: { code: 'token_redeemed', count: 1, list: [{ deep: { deeper: {} } }] },
    },
    { level: 'WARN', requestId, message: 'one of\n2' },
  ])
  const { level, message } = timeless[3]
  assert.deepEqual(
    [level, message.errorType, message.errorMessage],
    ['ERROR', 'RangeError', 'too far'],
  )
  assert.match(timeless[4].message, /^it failed: TypeError: no/)
  assert.deepEqual([timeless[4].errorType, timeless[4].errorMessage], ['TypeError', 'no'])
  assert.equal(timeless[5].level, 'DEBUG')
  assert.match(timeless[5].message, /Circular/)
})

test('what a function wrote before it was ended is not lost', async () => {
  await using probe = await lambdasOf(
    `export const handler = async () => {
      for (let line = 1; line <= 3; line += 1) process.stdout.write(line + '\\n')
      for (;;);
    }`,
    { timeoutSeconds: 0.2 },
  )
  await probe.run()
  assert.deepEqual(probe.logged, [
    'probe: 1',
    'probe: 2',
    'probe: 3',
    'probe: Sandbox.Timedout: Task timed out after 0.20 seconds',
  ])
})

test('events and answers beyond 6 MB are refused', async () => {
  await using probe = await lambdasOf(
    'export const handler = async ({ length = 0 }) => "x".repeat(length)',
  )
  const limit = 6 * 1024 * 1024
  const fits = { text: 'x'.repeat(limit - '{"text":""}'.length) }
  assert.deepEqual(await probe.run(fits), { payload: '' })
  assert.equal(
    errorType(await probe.run({ text: `${fits.text}x` })),
    'RequestEntityTooLargeException',
  )
  const longest = limit + 100 - '""'.length
  assert.equal(errorType(await probe.run({ length: longest })), 'no error')
  assert.equal(errorType(await probe.run({ length: longest + 1 })), 'Function.ResponseSizeTooLarge')
})

test('an unknown function is an error, not an exception', async () => {
  await using probe = await lambdasOf(obedient)
  assert.equal(errorType(await probe.invoke('nobody', {})), 'ResourceNotFoundException')
})

test('an idle environment does not keep its host alive', async () => {
  await using probe = await lambdasOf('export const handler = async () => "done"')
  const definition = {
    name: 'probe',
    codeDir: probe.folder,
    handler: 'index.handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    environment: {},
  }
  const host = `
    import { startLambdas } from ${JSON.stringify(import.meta.resolve('#local/lambda/lambdas.ts'))}
    const settings = { environment: {}, region: 'eu-central-1', accountId: '0', onLog() {} }
    const lambdas = startLambdas([${JSON.stringify(definition)}], settings)
    console.log((await lambdas.invoke('probe', {})).payload)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', host], {
    timeout: 60_000,
  })
  assert.equal(stdout, 'done\n')
})

import { dynamo } from '#shared/aws/dynamo.ts'

type Result<Output> = { output: Output; response: unknown }

/**
 * Stands between the stores and DynamoDB for one kind of command, to make what the local DynamoDB
 * does not: conflicts, keys left unread, somebody else's write just before ours.
 *
 * @param act answers for a call; `pass` hands it on
 */
export function intercept<Output extends object>(
  command: string,
  act: (call: number, pass: () => Promise<Output>, input: object) => Promise<Output>,
): Disposable & { calls: () => number } {
  let calls = 0
  const name = `intercept-${command}`
  dynamo.middlewareStack.add(
    (next, context) => async (args) => {
      if (context['commandName'] !== command) return next(args)
      calls++
      let result: Result<object> | undefined
      const pass = async () => {
        result = await next(args)
        return result.output as Output // of the command that the caller names
      }
      const output = await act(calls, pass, args.input)
      return { response: result?.response, output } as Awaited<ReturnType<typeof next>>
    },
    { step: 'initialize', name },
  )
  return {
    calls: () => calls,
    [Symbol.dispose]: () => {
      dynamo.middlewareStack.remove(name)
    },
  }
}

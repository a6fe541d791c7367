/** Ids, codes and counts: never a token, an assertion or an e-mail address. */
type Fields = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * Structured log lines: a constant message code and fields. Lambda's JSON log format adds time,
 * level and request id (ADR 0006).
 */
export const log = {
  info: (code: string, fields: Fields = {}) => console.info({ code, ...fields }),
  warn: (code: string, fields: Fields = {}) => console.warn({ code, ...fields }),
  /** For bugs and outages; the error's message and stack are ours or the SDK's, never input. */
  error: (code: string, error: unknown, fields: Fields = {}) =>
    console.error({ code, ...fields, error: describe(error) }),
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause !== undefined && { cause: String(cause) }) }
}

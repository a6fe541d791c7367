/** Epoch milliseconds: the only clock of this codebase. */
export const epochMilliseconds = () => Date.now()

/** NumericDate of RFC 7519 §2, the unit of every `…At` that does not say `Ms`. */
export const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000)

/** ISO 8601 in UTC, for what people and the wire read. */
export const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString()

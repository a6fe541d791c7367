/** NumericDate of RFC 7519 §2: the only clock of this codebase. */
export const epochSeconds = () => Math.floor(Date.now() / 1000)

/** ISO 8601 in UTC, for what people and the wire read. */
export const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString()

/** Times of a response as SAML writes them. @param now epoch seconds */
export function responseTimes(now: number) {
  const at = (seconds: number) => new Date((now + seconds) * 1000).toISOString()
  return { issued: at(-1), notBefore: at(-300), notOnOrAfter: at(7200) }
}

/** Attribute names and values, already escaped for XML. */
export type Attributes = readonly (readonly [name: string, values: readonly string[]])[]

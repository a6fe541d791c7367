const WHITE_SPACE = /[ \t\r\n]+/g

/**
 * Decodes base64 strictly (RFC 4648 §3.5 without the check of unused bits): white space may stand
 * anywhere, as providers break lines at 64 or 76 columns; any other foreign character is refused.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(WHITE_SPACE, '')
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0
  if (compact.length === 0 || compact.length % 4 !== 0) return undefined
  const bytes = Buffer.from(compact, 'base64')
  // Buffer.from() skips what it does not know and stops at `=`: then the length differs.
  return bytes.length === (compact.length / 4) * 3 - padding ? bytes : undefined
}

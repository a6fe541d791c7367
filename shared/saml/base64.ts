const WHITE_SPACE = /[ \t\r\n]+/g

/**
 * Decodes base64 strictly (RFC 4648 §3.5): white space may stand anywhere, as providers break lines
 * at 64 or 76 columns; everything else that an encoder would not write is refused.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  const written = bytes.toString('base64')
  // Buffer.from() also takes base64url, folds other characters into ASCII and stops at `=`.
  const isExact = written === text || written === text.replace(WHITE_SPACE, '')
  return isExact && written !== '' ? bytes : undefined
}

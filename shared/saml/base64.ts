const WHITE_SPACE = /[ \t\r\n]+/g

/**
 * Decodes base64 strictly (RFC 4648 §3.5): white space may stand anywhere, as providers break lines
 * at 64 or 76 columns; everything else that an encoder would not write is refused.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(WHITE_SPACE, '')
  const bytes = Buffer.from(compact, 'base64')
  // Buffer.from() also takes base64url, folds other characters into ASCII and stops at `=`.
  return compact !== '' && bytes.toString('base64') === compact ? bytes : undefined
}

import { fail, ok, type Result } from '../../result.ts'

/** A piece of a filter or path; `sub` is the `.value` behind a bracket. */
export type Token = {
  kind: 'word' | 'string' | 'number' | 'mark' | 'sub' | 'end'
  text: string
}

/** Names with their URN, operators and literals are words; each alternative begins otherwise. */
const TOKEN =
  /[ \t\r\n]*(?:(?<word>[A-Za-z$_][\w$:.-]*)|(?<string>"[^"\\]*(?:\\.[^"\\]*)*")|(?<number>-?\d[\d.eE+-]*)|(?<mark>[()[\]])|\.(?<sub>[A-Za-z$_][\w$.-]*))/y

const kinds = ['word', 'string', 'number', 'mark', 'sub'] as const

/**
 * The tokens of a filter or path in linear time, with one of kind `end` at last; fails with the
 * character that begins none. White space only matters where words would run together.
 *
 * Source: RFC 7644 §3.4.2.2 (figure 1) and RFC 8259 §7 (strings).
 */
export function tokensOf(text: string): Result<readonly Token[], string> {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  let at = 0
  while (at < end) {
    const groups = TOKEN.exec(text)?.groups
    if (!groups) return fail(String.fromCodePoint(text.slice(at).trimStart().codePointAt(0) ?? 0))
    for (const kind of kinds) {
      const found = groups[kind]
      if (found !== undefined) tokens.push({ kind, text: found })
    }
    at = TOKEN.lastIndex
  }
  return ok([...tokens, { kind: 'end', text: '' }])
}

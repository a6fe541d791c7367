import { decodeReferences } from './characters.ts'
import { fromUtf8 } from './utf8.ts'
import { XmlError } from './xml-error.ts'

/** What a message seems to say. It chooses what is looked up, and decides nothing. */
export type Peeked = {
  issuer?: string
  nameId?: string
  inResponseTo?: string
}

/**
 * Looks a message's sender up in its text, by search, before any of it is parsed: so that what an
 * unknown or deactivated provider sends never reaches the parser (R11). Whoever goes on must compare
 * what is found here with what the verified bytes say.
 *
 * @param bytes the decoded message, of bounded length
 */
export function peekSender(bytes: Buffer): Peeked {
  const utf8 = bytes.toString('latin1')
  const issuer = textOf(ISSUER.exec(utf8)?.[1])
  const nameId = textOf(NAME_ID.exec(utf8)?.[1])
  const inResponseTo = textOf(IN_RESPONSE_TO.exec(utf8)?.[2])
  return {
    ...(issuer !== undefined && { issuer: issuer.trim() }),
    ...(nameId !== undefined && { nameId }),
    ...(inResponseTo !== undefined && { inResponseTo }),
  }
}

/** A start tag with attributes, and text up to the next tag. Bounded, so that it stays linear. */
const contentOf = (local: string) =>
  new RegExp(
    `<(?:[A-Za-z_][A-Za-z0-9_.-]{0,63}:)?${local}` +
      `(?:[ \\t\\r\\n](?:[^<>"']|"[^<"]{0,2048}"|'[^<']{0,2048}'){0,2048})?>([^<]{1,4096})<`,
  )

const ISSUER = contentOf('Issuer')
const NAME_ID = contentOf('NameID')
const IN_RESPONSE_TO = /[ \t\r\n]InResponseTo=(["'])([^<"']{1,1024})\1/

function textOf(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined
  try {
    return decodeReferences(fromUtf8(raw))
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
}

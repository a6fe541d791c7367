import { ns, type Scope } from './namespaces.ts'
import { scanXml, type XmlDocument } from './scan.ts'
import { XmlError } from './xml-error.ts'
import { textBetween, type XmlElement } from './xml-tree.ts'

/**
 * Scans what was decrypted: as a document of its own, as nearly all providers write it, or else as
 * an element that may use the namespace bindings of its place (Keycloak, authentik and older
 * releases of SimpleSAMLphp declare `saml` only there).
 * Undefined if it is no element of that kind either way.
 *
 * Source: XML Encryption 1.1 §4.4 (decryption, step 4), §4.5 (serializing for another context).
 */
export function scanInContext(
  bytes: Buffer,
  scope: Scope,
  isWanted: (element: XmlElement) => boolean,
): XmlDocument | undefined {
  const alone = scanOrNothing(bytes)
  if (alone && isWanted(alone.root)) return alone
  const start = Buffer.from(`<context${declarations(scope)}>`)
  const around = scanOrNothing(Buffer.concat([start, bytes, END]))
  const root = around && contentOf(around.root)
  return root && isWanted(root) ? { root, elements: around.elements } : undefined
}

const END = Buffer.from('</context>')

function scanOrNothing(bytes: Buffer): XmlDocument | undefined {
  try {
    return scanXml(bytes)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return undefined
  }
}

/** All that is in scope there; a namespace name needs no escape, see declare(). */
function declarations(scope: Scope): string {
  const written = new Map<string, string>()
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const { prefix, uri } = at
    const isFirst = uri !== ns.xml && !written.has(prefix)
    if (isFirst) written.set(prefix, ` xmlns${prefix && ':'}${prefix}="${uri}"`)
  }
  return [...written.values()].join('')
}

/** The only element inside, if there is nothing but white space around it. */
function contentOf(context: XmlElement): XmlElement | undefined {
  const [element, ...more] = context.children
  if (!element || more.length > 0) return undefined
  const before = textBetween(context, context.contentStart, element.start)
  const behind = textBetween(context, element.end, context.contentEnd)
  return /^[ \t\n]*$/.test(before + behind) ? element : undefined
}

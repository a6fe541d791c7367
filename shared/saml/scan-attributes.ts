import { code } from './characters.ts'
import { declare, lookup, type Scope } from './namespaces.ts'
import { type Cursor, current, malformed, readAttributeName, skipSpace } from './xml-cursor.ts'
import { XmlError } from './xml-error.ts'
import { type Attribute, limits, normalizedValue } from './xml-tree.ts'

type StartTagRest = { attributes: readonly Attribute[]; scope: Scope; isEmpty: boolean }

/** Most elements have neither, and need not pay for a list. */
const NONE: readonly Attribute[] = []

/** Reads the rest of a start tag: attributes, namespace declarations, and `>` or `/>`. */
export function readAttributes(cursor: Cursor, outer: Scope): StartTagRest {
  if (!hasMore(cursor)) return { attributes: NONE, scope: outer, isEmpty: readTagEnd(cursor) }
  const attributes: Attribute[] = []
  const declarations: Attribute[] = []
  do {
    const attribute = readAttribute(cursor)
    const isDeclaration = attribute.prefix === 'xmlns' || attribute.name === 'xmlns'
    if (isDeclaration) declarations.push(attribute)
    else attributes.push(attribute)
  } while (hasMore(cursor))
  const scope = declareAll(declarations, outer)
  for (const attribute of attributes) attribute.namespace = namespaceOf(attribute, scope)
  refuseDuplicates(attributes)
  return { attributes, scope, isEmpty: readTagEnd(cursor) }
}

function declareAll(declarations: readonly Attribute[], outer: Scope): Scope {
  refuseDuplicates(declarations)
  let scope = outer
  for (const declaration of declarations) {
    const { name, local } = declaration
    scope = declare(scope, name === 'xmlns' ? '' : local, normalizedValue(declaration))
  }
  return scope
}

/** White space must stand before each attribute, and may before the end of the tag. */
function hasMore(cursor: Cursor): boolean {
  const isSeparated = skipSpace(cursor)
  const c = current(cursor)
  if (c === code.greaterThan || c === code.slash) return false
  if (!isSeparated) throw malformed('attributes must be separated')
  return true
}

function readTagEnd(cursor: Cursor): boolean {
  const isEmpty = current(cursor) === code.slash
  if (isEmpty) cursor.position += 1
  if (current(cursor) !== code.greaterThan) throw malformed('start tag')
  cursor.position += 1
  return isEmpty
}

/** A prefix-less attribute is in no namespace, whatever the default is (Namespaces §6.2). */
function namespaceOf({ prefix }: Attribute, scope: Scope): string {
  if (prefix === '') return ''
  const namespace = lookup(scope, prefix)
  if (namespace === undefined) throw new XmlError('xml_namespace', `unbound prefix ${prefix}`)
  return namespace
}

/** Also finds two prefixes of one namespace (Namespaces in XML 1.0 §6.3). Quadratic, so bounded. */
function refuseDuplicates(attributes: readonly Attribute[]) {
  if (attributes.length > limits.attributes) throw new XmlError('xml_limit', 'attributes')
  for (let i = 1; i < attributes.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [attributes[i], attributes[j]]
      if (a?.local === b?.local && a?.namespace === b?.namespace && isSameDeclaration(a, b)) {
        throw new XmlError('xml_duplicate_attribute', `attribute ${a?.name} twice`)
      }
    }
  }
}

/** `xmlns` and `xmlns:xmlns` share a local name, but only one of them declares the default. */
const isSameDeclaration = (a: Attribute | undefined, b: Attribute | undefined) =>
  (a?.name === 'xmlns') === (b?.name === 'xmlns')

function readAttribute(cursor: Cursor): Attribute {
  const { name, prefix, local } = readAttributeName(cursor)
  skipSpace(cursor)
  if (current(cursor) !== code.equals) throw malformed('attribute')
  cursor.position += 1
  skipSpace(cursor)
  return { name, prefix, local, namespace: '', raw: readQuoted(cursor) }
}

function readQuoted(cursor: Cursor): string {
  const { xml, position } = cursor
  const c = current(cursor)
  if (c !== code.doubleQuote && c !== code.apostrophe) throw malformed('unquoted value')
  const end = xml.indexOf(c === code.doubleQuote ? '"' : "'", position + 1)
  if (end < 0) throw malformed('unterminated attribute value')
  cursor.position = end + 1
  return xml.slice(position + 1, end)
}
